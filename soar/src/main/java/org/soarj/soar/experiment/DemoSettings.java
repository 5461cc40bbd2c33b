package org.soarj.soar.experiment;

import java.util.List;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.Policy;
import org.soarj.soar.InnerSchedule;
import org.soarj.soar.MedianRule;
import org.soarj.soar.PromotionRule;
import org.soarj.soar.SoarSettings;
import org.soarj.soar.actor.Gain;
import org.soarj.soar.actor.StudentTraining;
import org.soarj.soar.world.LabelledChainSettings;

/**
 * Everything that {@link Demo} does, as numbers.
 *
 * @param world who writes the corpus
 * @param model sizes of the base
 * @param pretraining how the base is made
 * @param hard which problems are hard
 * @param student how every student is trained, in the inner loop and in the arms
 * @param soar the outer loop
 * @param enoughPromotions promotions after which it ends, whatever steps are left
 * @param gain how a student's gain is measured
 * @param teacher how the teacher learns
 * @param arms how the comparison arms are trained and measured
 */
public record DemoSettings(LabelledChainSettings world, Model model, Pretraining pretraining, Hard hard, Student student,
                           SoarSettings soar, int enoughPromotions, Gain.Sampled gain, Teacher teacher, Arms arms) {

    /** Sizes of the base: C, layers, H, F and the longest sequence. */
    public record Model(int hiddenSize, int layers, int heads, int intermediateSize, int maxPositions) {}

    /**
     * @param candidates problems that are tried
     * @param easiest least number of steps of a candidate
     * @param hardest greatest
     * @param samples k of fail@k
     */
    public record Hard(int candidates, int easiest, int hardest, int samples) {}

    /**
     * @param batch questions of one step
     * @param group completions of each
     * @param learningRate constant learning rate
     * @param klBeta factor on the divergence from the starting weights; rewards are 1 and 0
     * @param maxTokens most tokens of a completion
     * @param optimiser constants of AdamW
     */
    public record Student(int batch, int group, double learningRate, double klBeta, int maxTokens,
                          AdamW.Settings optimiser) {

        StudentTraining training(Policy.Sampling sampling) {
            return new StudentTraining(batch, group, learningRate, Schedule.Decay.CONSTANT, 0, klBeta, optimiser, sampling);
        }
    }

    /**
     * @param learningRate constant learning rate
     * @param optimiser constants of AdamW; its epsilon should be about as large as a gradient that means something, since
     *     AdamW makes a whole step of any smaller one, and most steps of a teacher see gains that are all nearly 0
     */
    public record Teacher(double learningRate, AdamW.Settings optimiser) {}

    /**
     * @param steps steps of every arm
     * @param syntheticSteps of these, steps on synthetic questions alone, where there are any
     * @param questions questions of Base-T and of Grounded-T
     * @param seeds repeats of every arm
     * @param samples answers to each held-out problem
     */
    public record Arms(int steps, int syntheticSteps, int questions, int seeds, int samples) {}

    private static final AdamW.Settings PRETRAINING_ADAMW = new AdamW.Settings(0.9, 0.99, 1e-8, 0.01, 1);
    private static final AdamW.Settings TEACHER_ADAMW = new AdamW.Settings(0.9, 0.999, 1e-5, 0, 1);
    private static final AdamW.Settings RL_ADAMW = new AdamW.Settings(0.9, 0.999, 1e-8, 0, 1);

    /**
     * Eight data sets of 16 questions, two students each: with one, a set is promoted for its student's luck, and the teacher
     * learns from noise. At a success of 0.001 the mean gain of three steps has a standard error of 0.0001 (0.0002 in the
     * quick demo); tau is several of them.
     */
    private static final SoarSettings SOAR = new SoarSettings(8, 1, 16, 2, 64, 16, new InnerSchedule(10, 0, 10),
            new PromotionRule(true, 0.001, 3, MedianRule.LOWER, true));

    /** The default: ends within a quarter of an hour on two cores. */
    public static DemoSettings standard() {
        return new DemoSettings(
                LabelledChainSettings.DEFAULT,
                new Model(64, 2, 4, 176, 128),
                new Pretraining(1600, 48, 3e-3, 50, PRETRAINING_ADAMW),
                new Hard(320, 8, 8, 128),
                new Student(8, 32, 1e-3, 0, 80, RL_ADAMW),
                SOAR, SOAR.outerSteps(),
                new Gain.Sampled(16),
                new Teacher(5e-4, TEACHER_ADAMW),
                new Arms(44, 20, 64, 5, 32));
    }

    /**
     * Smaller in everything that costs time, for a first look and for continuous integration. The outer loop ends with its first
     * promotion: when that comes depends on the seed, and what follows it costs the same again.
     */
    public static DemoSettings quick() {
        DemoSettings all = standard();
        return new DemoSettings(all.world, all.model, all.pretraining,
                new Hard(160, 8, 8, 128), all.student, all.soar, 1, new Gain.Sampled(8), all.teacher,
                new Arms(44, 20, 64, 3, 32));
    }

    /** The arms by the names that tables use. */
    public static final List<String> ARMS = List.of("hard-only", "base-t", "grounded-t", "pq");
}
