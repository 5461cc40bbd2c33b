package org.soarj.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.soarj.soar.StepReport;
import org.soarj.soar.train.StepClock;
import org.soarj.soar.train.TrainConfig;
import org.soarj.soar.train.TrainListener;

/** Progress of a SOAR run as lines on standard error: every outer step with its promotion check, every promotion. */
final class TrainProgress extends RunProgress implements TrainListener {
    private final int steps;
    private final boolean grounded;

    TrainProgress(PrintWriter err, TrainConfig config) {
        super(err);
        this.steps = config.loop().outerSteps();
        this.grounded = config.teacherReward().grounded();
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
        String took = String.format(Locale.ROOT, "%.1f s, %.1f%% of it outside generation and updates",
                report.seconds().getOrDefault("step", Double.NaN), 100 * StepClock.outside(report.seconds()));
        if (grounded) {
            line("step %d of %d: gain %+.4f ± %.4f (spread of students ± %.4f); %s; %d promotions, %s", report.step() + 1, steps,
                    report.reward().mean(), report.reward().standardError(), report.reward().studentStandardError(),
                    report.decision(), report.promotions(), took);
        } else {
            // No student was measured, and nobody is promoted: the noise of a gain would be a figure of nothing.
            line("step %d of %d: reward %.4f (spread of data sets ± %.4f); %s", report.step() + 1, steps, report.reward().mean(),
                    report.reward().studentStandardError(), took);
        }
    }

    @Override
    public void promoted(int step, double accuracy, Path student) {
        line("step %d promoted a student that solves %.1f%% of the hard problems greedily: %s", step + 1, 100 * accuracy, student);
    }
}
