package org.soarj.soar;

import java.util.List;
import org.soarj.tensor.Rng;

/**
 * pi_phi: writes questions from one fixed prompt, and learns from what they were worth.
 *
 * <p>Nothing of the hard data set D passes through this interface: no question, no answer, only advantages.
 */
public interface Teacher {
    /**
     * Samples until {@code count} outputs were accepted (SOAR App. B.2: rejected ones get no reward and
     * are drawn again).
     */
    Proposals propose(int count, Rng rng);

    /**
     * One policy-gradient step: every output of {@code sets.get(k)} is weighted by {@code advantages[k]}, with the sum (not
     * the mean) of its token log-probabilities, all outputs equally (Proposition 1 needs both).
     */
    void update(List<QuestionSet> sets, double[] advantages);
}
