package org.soarj.soar.actor;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Problem;
import org.soarj.rl.PromptFormat;
import org.soarj.rl.Reward;
import org.soarj.rl.verify.AnswerExtractor;
import org.soarj.rl.verify.HendrycksNormalForm;
import org.soarj.rl.verify.MathVerifier;
import org.soarj.rl.verify.Value;
import org.soarj.rl.verify.Verdict;
import org.soarj.soar.MathPrompts;
import org.soarj.soar.TaggedOutputFilter;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.tokenizer.Tokenizer;

/** Mathematics in natural language as a {@link Task}: SOAR's prompts, and answers that are the last box. */
public final class MathTask {
    private final Tokenizer tokenizer;
    private final MathVerifier verifier;

    public MathTask(Tokenizer tokenizer, MathVerifier verifier) {
        this.tokenizer = tokenizer;
        this.verifier = verifier;
    }

    /** The task with this reward for students. */
    public Task task(Reward reward) {
        PromptFormat format = new PromptFormat() {
            @Override
            public int[] prompt(Problem problem) {
                return tokenizer.encode(MathPrompts.student(problem.question()), true);
            }

            @Override
            public int[] question(Problem problem) {
                return tokenizer.encode(problem.question(), true);
            }

            @Override
            public String completion(int[] ids) {
                return tokenizer.decode(ids, true);
            }
        };
        return new Task(format, tokenizer.encode(MathPrompts.TEACHER, true), new TaggedOutputFilter(this::readable),
                reward, new BoxJudge(verifier));
    }

    /** Whether the verifier reads an answer as something other than text (SOAR App. B.2). */
    private boolean readable(String answer) {
        return verifier.explain(answer, answer).answerValue().filter(value -> !(value instanceof Value.Text)).isPresent();
    }

    /**
     * Question and answer in two turns.
     *
     * @param stops ids that end a completion
     */
    public TeacherTurns turns(Set<Integer> stops) {
        return new TeacherTurns() {
            @Override
            public int[] questionPrompt() {
                return tokenizer.encode(MathPrompts.TEACHER_QUESTION, true);
            }

            @Override
            public Set<Integer> questionStops() {
                return stops;
            }

            @Override
            public int[] answerPrompt(int[] questionIds) {
                IntStream question = Arrays.stream(questionIds).filter(id -> !stops.contains(id));
                IntStream second = Arrays.stream(tokenizer.encode(MathPrompts.TEACHER_ANSWER, false));
                return IntStream.concat(IntStream.concat(Arrays.stream(questionPrompt()), question), second).toArray();
            }

            @Override
            public Optional<Problem> problem(String question, String answer) {
                String said = AnswerExtractor.lastBoxed(answer).orElse(answer).strip();
                return question.isBlank() || said.isBlank() ? Optional.empty()
                        : Optional.of(new Problem("proposed", question.strip(), said));
            }
        };
    }

    /** Ids that end a completion: all that the config names, and the one that the tokenizer names. */
    public static Set<Integer> stopIds(LlamaConfig config, Tokenizer tokenizer) {
        Set<Integer> ids = new HashSet<>(config.eosTokenIds());
        tokenizer.eosId().ifPresent(ids::add);
        return ids;
    }

    /** Right is what the verifier finds right; for a majority, answers are equal that have one normal form. */
    private record BoxJudge(MathVerifier verifier) implements Evaluation.Judge {
        @Override
        public boolean correct(Problem problem, String completion) {
            return verifier.verify(problem.answer(), completion) instanceof Verdict.Correct;
        }

        @Override
        public String answer(String completion) {
            return AnswerExtractor.lastBoxed(completion).map(HendrycksNormalForm::of).orElse("");
        }
    }
}
