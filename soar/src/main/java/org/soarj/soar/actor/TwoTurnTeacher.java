package org.soarj.soar.actor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.soarj.autograd.optim.AdamW;
import org.soarj.rl.FinishReason;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.Rollout;
import org.soarj.soar.Proposals;
import org.soarj.soar.QuestionSet;
import org.soarj.soar.TeacherDocument;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.infer.Completion;
import org.soarj.transformer.infer.Generator;

/**
 * A teacher that writes the question in one turn and the answer in another (SOAR App. D.3, where it does worse): its
 * log-probability is log p(q | p) + log p(a | p, q, p'), and what it writes is not filtered by form.
 */
public final class TwoTurnTeacher implements TrainedTeacher {
    private static final int TURNS = 2;

    private final Policy policy;
    private final TeacherTurns turns;
    private final LlamaTeacher.Settings settings;
    private final TeacherUpdate update;

    /**
     * @param model trained in place
     * @param reference weights that the divergence is measured from
     * @param sampling of the answers; questions have the same limits and stop ids of their own
     */
    public TwoTurnTeacher(Backend backend, Llama model, Llama reference, Task task, TeacherTurns turns,
                          Policy.Sampling sampling, LlamaTeacher.Settings settings, LlamaTeacher.Listener listener) {
        this.policy = new Policy(backend, model, task.format(), sampling);
        this.turns = turns;
        this.settings = settings;
        // The loss is a mean over sequences, of which a document now has two.
        this.update = new TeacherUpdate(policy, reference, new LlamaTeacher.Settings(settings.schedule(), settings.optimiser(),
                TURNS * settings.klBeta(), settings.attemptsPerDocument(), settings.passes()), listener);
    }

    @Override
    public Llama model() {
        return policy.model();
    }

    @Override
    public AdamW optimiser() {
        return update.optimiser();
    }

    @Override
    public Proposals propose(int count, Rng rng) {
        List<TeacherDocument> accepted = new ArrayList<>();
        long budget = (long) settings.attemptsPerDocument() * count;
        int attempts = 0;
        for (int round = 0; accepted.size() < count; round++) {
            int draws = (int) Math.min(count - accepted.size(), budget - attempts);
            if (draws == 0) {
                throw new IllegalStateException("teacher: asked for " + count + " documents in two turns, got " + accepted.size()
                        + " in " + attempts + " attempts; is the prompt right for this model?");
            }
            attempts += draws;
            accepted.addAll(draw(draws, rng.split("round", round)));
        }
        return new Proposals(accepted, attempts, accepted.size());
    }

    private List<TeacherDocument> draw(int count, Rng rng) {
        int context = policy.model().rope().length();
        List<int[]> questions = sample(List.of(turns.questionPrompt()), count, turns.questionStops(), rng.split("question")).stream()
                .filter(question -> turns.answerPrompt(question).length < context).toList();
        List<int[]> answers = questions.isEmpty() ? List.of() : sample(questions.stream().map(turns::answerPrompt).toList(), 1,
                policy.sampling().stopIds(), rng.split("answer"));
        List<TeacherDocument> documents = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            String question = policy.format().completion(questions.get(i));
            String answer = policy.format().completion(answers.get(i));
            int[] tokens = IntStream.concat(Arrays.stream(questions.get(i)), Arrays.stream(answers.get(i))).toArray();
            int firstTurn = questions.get(i).length;
            Optional<Problem> problem = turns.problem(question, answer);
            problem.filter(posed -> policy.format().prompt(posed).length < context).ifPresent(posed -> documents.add(
                    new TeacherDocument(question + answer, Arrays.stream(tokens).boxed().toList(), firstTurn, posed)));
        }
        return documents;
    }

    private List<int[]> sample(List<int[]> prompts, int samples, Set<Integer> stops, Rng rng) {
        Policy.Sampling limits = policy.sampling();
        Generator generator = new Generator(policy.backend(), policy.model(), new Generator.Options(limits.maxTokens(),
                limits.temperature(), stops, limits.parallel()));
        return generator.generate(prompts, samples, rng).stream().map(Completion::ids).toList();
    }

    @Override
    public void update(List<QuestionSet> sets, double[] advantages) {
        List<Rollout> rollouts = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        for (int k = 0; k < sets.size(); k++) {
            for (TeacherDocument document : sets.get(k).documents()) {
                int[] ids = document.tokens().stream().mapToInt(Integer::intValue).toArray();
                int[] question = Arrays.copyOf(ids, document.firstTurn());
                rollouts.add(turn(turns.questionPrompt(), question));
                rollouts.add(turn(turns.answerPrompt(question), Arrays.copyOfRange(ids, document.firstTurn(), ids.length)));
                weights.add(TURNS * advantages[k]);
                weights.add(TURNS * advantages[k]);
            }
        }
        update.apply(rollouts, weights.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private Rollout turn(int[] prompt, int[] ids) {
        return new Rollout(prompt, ids, new float[ids.length], FinishReason.STOP, policy.format().completion(ids));
    }
}
