package org.soarj.soar.train;

import java.nio.file.Path;
import org.soarj.soar.StepReport;
import org.soarj.soar.run.RunListener;

/** Hears how a SOAR run goes on. */
public interface TrainListener extends RunListener {
    /** The model's greedy accuracy on the hard problems before anything was trained. */
    void start(double accuracy);

    /** An outer step is over. */
    void step(StepReport report);

    /** A promoted student, its greedy accuracy on all hard problems, and the folder that it was written to. */
    void promoted(int step, double accuracy, Path student);
}
