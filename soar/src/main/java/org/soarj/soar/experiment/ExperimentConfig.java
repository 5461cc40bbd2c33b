package org.soarj.soar.experiment;

import org.soarj.soar.train.TrainConfig;

/**
 * Everything that decides the numbers of an experiment; config.yaml holds it.
 *
 * @param soar the SOAR runs behind the arms; students of the arms are trained as theirs are
 * @param real a file of easier problems with true answers, or empty
 * @param warmup steps of warm-up of the students of arms, where the inner loop has none (Table 3)
 * @param experiment what is compared
 */
public record ExperimentConfig(TrainConfig soar, String real, int warmup, ExperimentSettings experiment) {

    /** @throws IllegalArgumentException when settings do not go together */
    public ExperimentConfig {
        if (warmup < 0 || warmup > experiment.steps()) {
            throw new IllegalArgumentException("warmup: " + warmup + " steps do not fit into " + experiment.steps()
                    + "; lower warmup or raise experiment.steps");
        }
        if (!soar.teacherReward().grounded() || !soar.loop().promotion().enabled()) {
            throw new IllegalArgumentException("soar: the settings are of the grounded teacher with promotions; the other teachers "
                    + "are arms: intrinsic-t, grounded-t-no-promotion");
        }
    }

    /** The paper's, for a curriculum: no warm-up then (Table 3). */
    public static ExperimentConfig paper() {
        return new ExperimentConfig(TrainConfig.paper(), "", 0, ExperimentSettings.PAPER);
    }

    /** For models of soar pretrain on the demo's world: the demo's outer loop. */
    public static ExperimentConfig tiny() {
        return new ExperimentConfig(TrainConfig.tiny().withLoop(DemoSettings.standard().soar()), "", 0, ExperimentSettings.WORLD);
    }
}
