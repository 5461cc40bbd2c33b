package org.soarj.soar.world;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.soarj.rl.Problem;
import org.soarj.rl.PromptFormat;
import org.soarj.rl.Score;
import org.soarj.soar.actor.Task;
import org.soarj.soar.actor.TeacherTurns;
import org.soarj.transformer.tokenizer.Tokenizer;

/** A {@link World} as a {@link Task} for models that read it through a character-level tokenizer. */
public final class WorldTask {
    private final World world;
    private final Tokenizer tokenizer;

    public WorldTask(World world, Tokenizer tokenizer) {
        this.world = world;
        this.tokenizer = tokenizer;
    }

    /** Prompts, filter, and a reward of 1 for an answer that equals the gold one and 0 for any other. */
    public Task task() {
        PromptFormat format = new PromptFormat() {
            @Override
            public int[] prompt(Problem problem) {
                return withBos(world.studentPrompt(problem.question()));
            }

            @Override
            public String completion(int[] ids) {
                return tokenizer.decode(ids, true);
            }
        };
        return new Task(format, withBos(world.teacherPrompt()), world.filter(), (problem, completion) -> {
            boolean right = right(problem, completion);
            return new Score.Scored(right ? 1 : 0, right ? "correct" : "wrong", Map.of("verified", right ? 1.0 : 0.0));
        }, this::right);
    }

    /** Question and answer in two turns: a question ends where its answer would begin, and the answer is a student's. */
    public TeacherTurns turns() {
        String answerBegins = world.studentPrompt("").substring(world.teacherPrompt().length());
        return new TeacherTurns() {
            @Override
            public int[] questionPrompt() {
                return withBos(world.teacherPrompt());
            }

            @Override
            public Set<Integer> questionStops() {
                Set<Integer> stops = new HashSet<>(stopIds());
                stops.add(tokenizer.idOf(answerBegins).orElseThrow());
                return stops;
            }

            @Override
            public int[] answerPrompt(int[] questionIds) {
                int last = questionIds.length - 1;
                boolean ended = last >= 0 && questionStops().contains(questionIds[last]);
                int[] second = {tokenizer.idOf(answerBegins).orElseThrow()};
                return Stream.of(questionPrompt(), ended ? Arrays.copyOf(questionIds, last) : questionIds, second)
                        .flatMapToInt(Arrays::stream).toArray();
            }

            @Override
            public Optional<Problem> problem(String question, String answer) {
                String asked = question(question);
                String said = world.answer(answer).orElse(answer);
                return asked.isBlank() || said.isBlank() ? Optional.empty() : Optional.of(new Problem("proposed", asked, said));
            }

            private String question(String text) {
                return text.endsWith(answerBegins) ? text.substring(0, text.length() - answerBegins.length()) : text;
            }
        };
    }

    private boolean right(Problem problem, String completion) {
        return world.answer(completion).filter(problem.answer()::equals).isPresent();
    }

    /** One document of the corpus between the ids that begin and end a sequence. */
    public int[] document(String text) {
        int[] ids = withBos(text);
        int[] ended = Arrays.copyOf(ids, ids.length + 1);
        ended[ids.length] = tokenizer.eosId().orElseThrow();
        return ended;
    }

    /** Ids that end a completion: the end of a document, and the end of a sequence. */
    public Set<Integer> stopIds() {
        return Set.of(tokenizer.idOf("" + world.endOfDocument()).orElseThrow(), tokenizer.eosId().orElseThrow());
    }

    private int[] withBos(String text) {
        int[] ids = tokenizer.encode(text, false);
        int[] begun = new int[ids.length + 1];
        begun[0] = tokenizer.bosId().orElseThrow();
        System.arraycopy(ids, 0, begun, 1, ids.length);
        return begun;
    }
}
