package org.soarj.soar.rloo;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Hears how a run goes on. */
public interface RlooListener {
    /** A step was taken; {@code alarms} is empty when nothing is wrong. */
    void step(int step, Map<String, Double> metrics, List<String> alarms);

    /** The policy was measured after {@code step} steps. */
    void evaluated(int step, Accuracy accuracy);

    /** A checkpoint is on the disk. */
    void saved(Path checkpoint);

    /** The run goes on after {@code step} steps. */
    void resumed(int step);

    /** Something is not as it should be, but the run goes on. */
    void warning(String message);
}
