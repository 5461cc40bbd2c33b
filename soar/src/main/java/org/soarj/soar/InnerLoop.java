package org.soarj.soar;

import java.util.List;

/**
 * Trains one student on one data set and measures it. The jobs of a step do not depend on each other.
 *
 * @param <W> the student's weights. All results of a step are held until its promotion check, so where weights are large W
 *     should be a handle, such as a file or the coordinates from which the winner can be trained again
 */
@FunctionalInterface
public interface InnerLoop<W> {
    /** Trains a copy of {@code job.baseline()}, which stays as it is. */
    InnerResult<W> run(InnerJob<W> job);

    /** The results in the order of the jobs. Override to run them side by side or on other machines. */
    default List<InnerResult<W>> runAll(List<InnerJob<W>> jobs) {
        return jobs.stream().map(this::run).toList();
    }
}
