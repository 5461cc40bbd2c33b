package org.soarj.soar.experiment;

import org.soarj.soar.train.TrainConfig;

/**
 * Everything that decides the numbers of an experiment; config.yaml holds it.
 *
 * @param soar the SOAR runs behind the arms; students of the arms are trained as theirs are
 * @param real a file of easier problems with true answers, or empty
 * @param transfer a folder of hard problems for the students of the arms, as {@code soar.data} is one for teachers, where theirs
 *     are others (Table 6), or empty
 * @param skipBlankAnswers whether easier problems with a blank answer are left out, of which MATH has two
 * @param experiment what is compared
 */
public record ExperimentConfig(TrainConfig soar, String real, String transfer, boolean skipBlankAnswers, ExperimentSettings experiment) {

    /** @throws IllegalArgumentException when settings do not go together */
    public ExperimentConfig {
        if (!soar.teacherReward().grounded() || !soar.loop().promotion().enabled()) {
            throw new IllegalArgumentException("soar: the settings are of the grounded teacher with promotions; the other teachers "
                    + "are arms: intrinsic-t, grounded-t-no-promotion");
        }
    }

    /** The paper's, for a curriculum. */
    public static ExperimentConfig paper() {
        return new ExperimentConfig(TrainConfig.paper(), "", "", false, ExperimentSettings.PAPER);
    }

    /** For models of soar pretrain on the demo's world: the demo's outer loop. */
    public static ExperimentConfig tiny() {
        return new ExperimentConfig(TrainConfig.tiny().withLoop(DemoSettings.standard().soar()), "", "", false, ExperimentSettings.WORLD);
    }
}
