package org.soarj.soar.rloo;

import java.util.List;
import java.util.Map;
import org.soarj.soar.run.RunListener;

/** Hears how a run goes on. */
public interface RlooListener extends RunListener {
    /** A step was taken; {@code alarms} is empty when nothing is wrong. */
    void step(int step, Map<String, Double> metrics, List<String> alarms);

    /** The policy was measured after {@code step} steps. */
    void evaluated(int step, Accuracy accuracy);
}
