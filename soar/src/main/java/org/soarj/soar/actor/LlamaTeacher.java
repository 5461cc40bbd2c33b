package org.soarj.soar.actor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.FinishReason;
import org.soarj.rl.Policy;
import org.soarj.rl.PolicyLoss;
import org.soarj.rl.PolicyUpdate;
import org.soarj.rl.Rollout;
import org.soarj.soar.Completion;
import org.soarj.soar.Proposals;
import org.soarj.soar.QuestionSet;
import org.soarj.soar.RejectionSampler;
import org.soarj.soar.Teacher;
import org.soarj.soar.TeacherDocument;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;

/**
 * A teacher that is a Llama: writes documents after one fixed prompt and is trained by RLOO on what its data sets gained
 * (SOAR sec. 3.2). It is given no problem of D, only advantages.
 */
public final class LlamaTeacher implements Teacher {
    /** Draws an accepted document may cost before the sampler gives up. */
    private static final int ATTEMPTS_PER_DOCUMENT = 50;

    private final Policy policy;
    private final int[] prompt;
    private final RejectionSampler sampler;
    private final PolicyUpdate update;

    /**
     * @param schedule learning rate of each outer step
     * @param optimiser constants of AdamW; its state lasts for the whole run
     */
    public record Settings(Schedule schedule, AdamW.Settings optimiser) {}

    /** @param model trained in place */
    public LlamaTeacher(Backend backend, Llama model, Task task, Policy.Sampling sampling, Settings settings) {
        this.policy = new Policy(backend, model, task.format(), sampling);
        this.prompt = task.teacherPrompt().clone();
        this.sampler = new RejectionSampler(task.filter(), ATTEMPTS_PER_DOCUMENT);
        this.update = new PolicyUpdate(policy, PolicyLoss.plain(), settings.optimiser, settings.schedule);
    }

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
        List<float[]> old = policy.score(rollouts);
        List<Rollout> scored = new ArrayList<>();
        for (int i = 0; i < rollouts.size(); i++) {
            Rollout rollout = rollouts.get(i);
            scored.add(new Rollout(prompt, rollout.completionIds(), old.get(i), rollout.finishReason(), rollout.text()));
        }
        update.apply(scored, weights.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static List<Integer> boxed(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
