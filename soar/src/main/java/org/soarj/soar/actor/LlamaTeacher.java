package org.soarj.soar.actor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.FinishReason;
import org.soarj.rl.Policy;
import org.soarj.rl.PolicyUpdate;
import org.soarj.rl.Rollout;
import org.soarj.soar.Completion;
import org.soarj.soar.Proposals;
import org.soarj.soar.QuestionSet;
import org.soarj.soar.RejectionSampler;
import org.soarj.soar.TeacherDocument;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;

/**
 * A teacher that is a Llama: writes documents after one fixed prompt and is trained by RLOO on what its data sets gained
 * (SOAR sec. 3.2). It is given no problem of D, only advantages.
 */
public final class LlamaTeacher implements TrainedTeacher {
    private final Policy policy;
    private final int[] prompt;
    private final RejectionSampler sampler;
    private final TeacherUpdate update;

    /**
     * @param schedule learning rate of each outer step
     * @param optimiser constants of AdamW; its state lasts for the whole run
     * @param klBeta factor on the divergence from the reference, in the loss (k3)
     * @param attemptsPerDocument draws an accepted document may cost before the sampler gives up
     * @param passes how a batch goes through the model
     */
    public record Settings(Schedule schedule, AdamW.Settings optimiser, double klBeta, int attemptsPerDocument,
                           StudentTraining.Passes passes) {
        /** No divergence, 50 draws, the usual passes. */
        public Settings(Schedule schedule, AdamW.Settings optimiser) {
            this(schedule, optimiser, 0, 50, StudentTraining.Passes.DEFAULT);
        }
    }

    /** Hears of every update. */
    @FunctionalInterface
    public interface Listener {
        Listener NONE = (rollouts, advantages, report) -> { };

        /**
         * @param rollouts with their log-probabilities before the update
         * @param advantages one for each
         */
        void updated(List<Rollout> rollouts, double[] advantages, PolicyUpdate.Report report);
    }

    /**
     * A teacher without a reference, that tells nobody.
     *
     * @param model trained in place
     */
    public LlamaTeacher(Backend backend, Llama model, Task task, Policy.Sampling sampling, Settings settings) {
        this(backend, model, model, task, sampling, settings, Listener.NONE);
    }

    /**
     * @param model trained in place
     * @param reference weights that the divergence is measured from
     */
    public LlamaTeacher(Backend backend, Llama model, Llama reference, Task task, Policy.Sampling sampling, Settings settings,
                        Listener listener) {
        this.policy = new Policy(backend, model, task.format(), sampling);
        this.prompt = task.teacherPrompt().clone();
        this.sampler = new RejectionSampler(task.filter(), settings.attemptsPerDocument);
        this.update = new TeacherUpdate(policy, reference, settings, listener);
    }

    @Override
    public AdamW optimiser() {
        return update.optimiser();
    }

    @Override
    public Llama model() {
        return policy.model();
    }

    @Override
    public Proposals propose(int count, Rng rng) {
        return sampler.sample(count, (missing, stream) -> policy.sample(prompt, missing, stream).stream()
                .map(rollout -> new Completion(rollout.text(), boxed(rollout.completionIds()))).toList(), rng);
    }

    @Override
    public void update(List<QuestionSet> sets, double[] advantages) {
        List<Rollout> rollouts = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        for (int k = 0; k < sets.size(); k++) {
            for (TeacherDocument document : sets.get(k).documents()) {
                int[] ids = document.tokens().stream().mapToInt(Integer::intValue).toArray();
                rollouts.add(new Rollout(prompt, ids, new float[ids.length], FinishReason.STOP, document.text()));
                weights.add(advantages[k]);
            }
        }
        update.apply(rollouts, weights.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static List<Integer> boxed(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
