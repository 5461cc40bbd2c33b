package org.soarj.soar.actor;

import java.util.ArrayList;
import java.util.List;
import org.soarj.autograd.optim.AdamW;
import org.soarj.rl.KlEstimator;
import org.soarj.rl.KlLoss;
import org.soarj.rl.Policy;
import org.soarj.rl.PolicyLoss;
import org.soarj.rl.PolicyUpdate;
import org.soarj.rl.Rollout;
import org.soarj.transformer.Llama;

/**
 * How a teacher learns: sequence sums, advantages as they come, no clip (SOAR sec. 3.2), the divergence from the weights it
 * started with in the loss. In the reward it would be of the size of the gains, and the advantages no longer those of the
 * data sets.
 */
final class TeacherUpdate {
    private final Policy policy;
    private final Policy reference;
    private final boolean diverging;
    private final PolicyUpdate update;
    private final LlamaTeacher.Listener listener;

    /** @param reference weights that the divergence is measured from; unused where its factor is 0 */
    TeacherUpdate(Policy policy, Llama reference, LlamaTeacher.Settings settings, LlamaTeacher.Listener listener) {
        this.policy = policy;
        this.reference = policy.with(reference);
        this.diverging = settings.klBeta() > 0;
        this.listener = listener;
        KlLoss kl = diverging ? new KlLoss(KlEstimator.K3, settings.klBeta()) : KlLoss.off();
        this.update = new PolicyUpdate(policy, new PolicyUpdate.Settings(PolicyLoss.plain(), kl, 0, false,
                settings.passes().microBatchTokens(), settings.optimiser(), settings.schedule(), settings.passes().checkpointing()));
    }

    AdamW optimiser() {
        return update.optimiser();
    }

    /** One step; the log-probabilities that the rollouts carry are not looked at. */
    void apply(List<Rollout> rollouts, double[] advantages) {
        List<float[]> old = policy.score(rollouts);
        List<Rollout> scored = new ArrayList<>();
        for (int i = 0; i < rollouts.size(); i++) {
            Rollout rollout = rollouts.get(i);
            scored.add(new Rollout(rollout.promptIds(), rollout.completionIds(), old.get(i), rollout.finishReason(),
                    rollout.text()));
        }
        PolicyUpdate.Batch batch = new PolicyUpdate.Batch(scored, advantages, new boolean[scored.size()],
                diverging ? reference.score(scored) : old);
        listener.updated(scored, advantages, update.applyFresh(batch));
    }
}
