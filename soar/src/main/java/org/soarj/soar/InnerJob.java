package org.soarj.soar;

import java.util.List;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

/**
 * One inner loop of Algorithm 1: train from the baseline on X_k, then answer Q_R.
 *
 * @param step t, the outer step
 * @param dataSet k
 * @param repeat j; the repeats of a data set differ by {@code rng} alone
 * @param baseline theta, shared by all jobs of the step and not to be changed
 * @param questions X_k
 * @param innerSteps optimiser steps to take
 * @param rewardQuestions Q_R, the same for all jobs of the step
 * @param rng the stream of (t, k, j); a job that travels carries its {@link Rng#state()}
 */
public record InnerJob<W>(
        int step,
        int dataSet,
        int repeat,
        W baseline,
        QuestionSet questions,
        int innerSteps,
        List<Problem> rewardQuestions,
        Rng rng) {

    /** The same job with its stream in another state. */
    public InnerJob<W> withRng(Rng other) {
        return new InnerJob<>(step, dataSet, repeat, baseline, questions, innerSteps, rewardQuestions, other);
    }

    /** {@code step 12, data set 3, repeat 0}. */
    public String coordinates() {
        return "step " + step + ", data set " + dataSet + ", repeat " + repeat;
    }
}
