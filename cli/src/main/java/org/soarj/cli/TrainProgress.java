package org.soarj.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.soarj.soar.StepReport;
import org.soarj.soar.train.StepClock;
import org.soarj.soar.train.TrainListener;

/** Progress of a SOAR run as lines on standard error: every outer step with its promotion check, every promotion. */
final class TrainProgress extends RunProgress implements TrainListener {
    private final int steps;

    TrainProgress(PrintWriter err, int steps) {
        super(err);
        this.steps = steps;
    }

    @Override
    public void start(double accuracy) {
        line("the model solves %.1f%% of the hard problems greedily", 100 * accuracy);
        if (accuracy > 0.5) {
            line("warning: most of these problems are not hard for this model; keep those that it fails with soar filter");
        }
    }

    @Override
    public void step(StepReport report) {
        line("step %d of %d: gain %+.4f ± %.4f (spread of students ± %.4f); %s; %d promotions, %.1f s, %.1f%% of it outside generation "
                + "and updates", report.step() + 1, steps, report.reward().mean(), report.reward().standardError(),
                report.reward().studentStandardError(), report.decision(), report.promotions(),
                report.seconds().getOrDefault("step", Double.NaN), 100 * StepClock.outside(report.seconds()));
    }

    @Override
    public void promoted(int step, double accuracy, Path student) {
        line("step %d promoted a student that solves %.1f%% of the hard problems greedily: %s", step + 1, 100 * accuracy, student);
    }
}
