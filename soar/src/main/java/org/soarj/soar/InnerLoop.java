package org.soarj.soar;

import java.util.List;
import java.util.Optional;

/**
 * The job interface of the inner loop: a job names the weights to start from, a data set and a seed; what comes back is the
 * gain and, for the promoted student, the weights. The jobs of a step do not depend on each other.
 *
 * @param <W> the student's weights, or a reference to them such as a file
 */
@FunctionalInterface
public interface InnerLoop<W> {
    /**
     * Trains one student on one data set and measures it. The same job gives the same bits, wherever and however often it is
     * run.
     *
     * @param job whose baseline stays as it is
     */
    InnerResult<W> run(InnerJob<W> job);

    /**
     * The results in the order of the jobs; empty where a job failed for good. Override to run them side by side, to try
     * failed ones again, or to send them to other machines.
     */
    default List<Optional<InnerResult<W>>> runAll(List<InnerJob<W>> jobs) {
        return jobs.stream().map(job -> Optional.of(run(job))).toList();
    }
}
