package org.soarj.soar;

import java.util.List;
import org.soarj.rl.Problem;
import org.soarj.tensor.Rng;

/** Measures a student on hard questions. */
@FunctionalInterface
public interface StudentEvaluator<W> {
    /**
     * Share of the questions answered right, in [0,1]; only verified answers count. The paper answers once, greedily, and
     * then {@code rng} goes unused; an evaluator that averages samples draws from it.
     */
    double accuracy(W student, List<Problem> questions, Rng rng);

    /** Answers to each question behind an accuracy, by which its noise shrinks. */
    default int answersPerQuestion() {
        return 1;
    }
}
