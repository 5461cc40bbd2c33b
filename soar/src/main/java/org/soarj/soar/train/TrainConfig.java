package org.soarj.soar.train;

import java.util.Locale;
import java.util.Set;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.rl.Policy;
import org.soarj.soar.InnerSchedule;
import org.soarj.soar.MedianRule;
import org.soarj.soar.ProposerReward;
import org.soarj.soar.PromotionRule;
import org.soarj.soar.SoarSettings;
import org.soarj.soar.actor.Gain;
import org.soarj.soar.actor.LlamaStudents;
import org.soarj.soar.actor.LlamaSuccessRates;
import org.soarj.soar.actor.LlamaTeacher;
import org.soarj.soar.actor.StudentTraining;
import org.soarj.soar.rloo.RlooConfig;

/**
 * Everything that decides the numbers of a SOAR run; config.yaml holds it. What the paper leaves open is a setting here.
 *
 * @param model folder of the model that teacher and student start from
 * @param data hard problems, a file or a folder with a {@code train.jsonl}
 * @param task how a problem is put and an answer judged: {@code math} or {@code chain} (the demo's world)
 * @param reward of students: {@code paper} (120, 20, 10 or 0; for {@code math}) or {@code exact} (1 or 0)
 * @param seed root of all randomness
 * @param loop the outer loop (Table 3)
 * @param enoughPromotions promotions after which it ends, whatever steps are left; 0 for no such end
 * @param teacherReward what a data set earns its teacher
 * @param parallel most sequences side by side; changes no number
 */
public record TrainConfig(String model, String data, RlooConfig.TaskName task, RlooConfig.RewardName reward, long seed,
                          SoarSettings loop, int enoughPromotions, TeacherReward teacherReward, Measure gain, Teacher teacher,
                          Student student, int parallel, Jobs jobs, Logs logs, Saving checkpoints) {

    /** What a data set can be worth to its teacher. */
    public enum RewardKind {
        /** What it gained students on the hard problems. */
        GROUNDED,
        /** 0 if the student never agrees with the teacher's answer, else 1 less how often it does; the paper's Intrinsic-T. */
        ONE_MINUS_P,
        /** Most when it agrees half of the time. */
        SYMMETRIC,
        /** The variance of agreeing. */
        VARIANCE,
        /** Most when half of the student's answers agree with one another, whatever the teacher's answer. */
        SELF_CONSISTENCY
    }

    /**
     * @param kind all but {@code grounded} train no student, never promote and use one repeat
     * @param samples answers to each question, for these
     */
    public record TeacherReward(RewardKind kind, int samples) {
        public boolean grounded() {
            return kind == RewardKind.GROUNDED;
        }

        /** The shape of an intrinsic reward. */
        ProposerReward shape() {
            return switch (kind) {
                case ONE_MINUS_P -> ProposerReward.ONE_MINUS_P;
                case SYMMETRIC, SELF_CONSISTENCY -> ProposerReward.SYMMETRIC;
                case VARIANCE -> ProposerReward.VARIANCE;
                case GROUNDED -> throw new IllegalStateException("a grounded reward has no shape");
            };
        }

        /** What a student's answers are compared with. */
        LlamaSuccessRates.Against against() {
            return kind == RewardKind.SELF_CONSISTENCY ? LlamaSuccessRates.Against.MAJORITY : LlamaSuccessRates.Against.PROPOSED;
        }
    }

    /** How a student answers the questions that its gain is measured on. */
    public enum MeasureKind { GREEDY, SAMPLED }

    /**
     * @param kind one greedy answer to each question, as in the paper, or several sampled ones
     * @param samples answers to each question when they are sampled
     */
    public record Measure(MeasureKind kind, int samples) {
        Gain gain() {
            return kind == MeasureKind.GREEDY ? new Gain.Greedy() : new Gain.Sampled(samples);
        }

        /** Answers to each question. */
        int answers() {
            return gain().answers();
        }
    }

    /**
     * @param maxTokens most tokens of a document
     * @param temperature of sampling and training
     * @param klBeta factor on the divergence from the model that the run starts from, in the loss (k3)
     * @param attempts draws that an accepted document may cost before the run fails
     * @param multiTurn whether it writes the question first and the answer in a second turn (App. D.3)
     */
    public record Teacher(int maxTokens, double temperature, double klBeta, int attempts, boolean multiTurn,
                          Optimiser optimiser) {}

    /**
     * @param batch questions of one step
     * @param group completions of each
     * @param maxTokens most tokens of a completion
     * @param temperature of sampling and training
     * @param klBeta factor on the divergence from the baseline, in the reward
     */
    public record Student(int batch, int group, int maxTokens, double temperature, double klBeta, Optimiser optimiser) {}

    /**
     * @param learningRate peak
     * @param decay after the warm-up: over the inner loop for a student, over the outer steps for the teacher
     * @param warmup updates of warm-up
     * @param maxNorm gradients are scaled down to this global norm
     * @param microBatchTokens tokens of one forward and backward pass; changes rounding only
     * @param checkpointing whether activations are computed again instead of kept: less memory, the same bits
     */
    public record Optimiser(double learningRate, Schedule.Decay decay, int warmup, double beta1, double beta2, double epsilon,
                            double weightDecay, double maxNorm, int microBatchTokens, boolean checkpointing) {
        AdamW.Settings adamW() {
            return new AdamW.Settings(beta1, beta2, epsilon, weightDecay, maxNorm);
        }

        StudentTraining.Passes passes() {
            return new StudentTraining.Passes(microBatchTokens, checkpointing);
        }
    }

    /**
     * @param attempts how often an inner loop is tried before it has failed; a step fails when all repeats of a data set have
     * @param keep whether trained students stay in memory until the promotion check, or the winner is trained again
     */
    public record Jobs(int attempts, LlamaStudents.Keeping keep) {}

    /**
     * @param teacherRollouts whether rollouts.jsonl.gz gets the teacher's
     * @param studentRolloutsEvery outer steps from one whose student rollouts it gets to the next; 0 for none
     */
    public record Logs(boolean teacherRollouts, int studentRolloutsEvery) {
        boolean students(int step) {
            return studentRolloutsEvery > 0 && step % studentRolloutsEvery == 0;
        }
    }

    /**
     * @param every outer steps between checkpoints; one is made after the last step in any case
     * @param keep how many of the newest are kept
     */
    public record Saving(int every, int keep) {}

    /** @throws IllegalArgumentException naming the setting that cannot be */
    public TrainConfig {
        require(reward == RlooConfig.RewardName.EXACT || task == RlooConfig.TaskName.MATH, "reward: paper is for the task math, "
                + "got the task " + task.name().toLowerCase(Locale.ROOT) + "; set reward=exact");
        require(student.group >= 2, "student.group: " + student.group + " completions have no sibling to be the baseline; it "
                + "must be at least 2");
        require(student.batch >= 1 && student.maxTokens >= 1 && teacher.maxTokens >= 1 && parallel >= 1,
                "student.batch, student.max_tokens, teacher.max_tokens and parallel must be 1 or more");
        require(student.temperature > 0 && teacher.temperature > 0, "student.temperature and teacher.temperature must be above 0");
        require(teacher.attempts >= 1 && jobs.attempts >= 1, "teacher.attempts and jobs.attempts must be 1 or more");
        require(checkpoints.every >= 1 && checkpoints.keep >= 1, "checkpoints: every and keep must be 1 or more");
        require(teacherReward.samples >= 1 && gain.samples >= 1, "teacher_reward.samples and gain.samples must be 1 or more");
        require(enoughPromotions >= 0 && logs.studentRolloutsEvery >= 0, "enough_promotions and logs.student_rollouts_every "
                + "must be 0 or more");
        require(loop.outerSteps() >= 1, "loop.outer_steps must be 1 or more, got " + loop.outerSteps());
        requireSchedule("teacher", teacher.optimiser, loop.outerSteps(), "outer steps");
        requireSchedule("student", student.optimiser, loop.inner().steps(), "inner steps");
        require(teacherReward.grounded() || loop.repeats() == 1 && !loop.promotion().enabled(),
                "teacher_reward: " + teacherReward.kind.name().toLowerCase(Locale.ROOT) + " trains no student; set "
                        + "loop.repeats=1 and loop.promotion.enabled=false");
    }

    private static void requireSchedule(String who, Optimiser optimiser, int steps, String unit) {
        require(optimiser.warmup >= 0 && optimiser.warmup <= steps && optimiser.learningRate >= 0,
                who + ".optimiser.warmup: " + optimiser.warmup + " steps do not fit into " + steps + " " + unit
                        + ", or the learning rate is below 0; lower " + who + ".optimiser.warmup");
        require(optimiser.microBatchTokens >= 1, who + ".optimiser.micro_batch_tokens must be 1 or more");
    }

    /** The settings of the paper (Table 3); where it says nothing, what the method's description suggests. */
    public static TrainConfig paper() {
        Optimiser teacher = new Optimiser(1e-5, Schedule.Decay.COSINE, 20, 0.9, 0.999, 1e-8, 0.01, 1, 4096, true);
        Optimiser student = new Optimiser(1e-5, Schedule.Decay.COSINE, 0, 0.9, 0.999, 1e-8, 0.01, 1, 4096, true);
        return new TrainConfig("", "", RlooConfig.TaskName.MATH, RlooConfig.RewardName.PAPER, 1, SoarSettings.PAPER, 0,
                new TeacherReward(RewardKind.GROUNDED, 32), new Measure(MeasureKind.GREEDY, 16),
                new Teacher(512, 1, 0.001, 50, false, teacher), new Student(8, 32, 1024, 1, 0.001, student), 256,
                new Jobs(2, LlamaStudents.Keeping.SEED), new Logs(true, 1), new Saving(1, 2));
    }

    /**
     * For a model of the demo's size on its world, an outer step in seconds: 4 data sets of 32 questions, 2 students each. With so
     * few answers greedy gains are nearly all 0, so that they are sampled, and tau is several standard errors of their mean.
     */
    public static TrainConfig tiny() {
        Optimiser teacher = new Optimiser(5e-4, Schedule.Decay.CONSTANT, 0, 0.9, 0.999, 1e-5, 0, 1, 4096, false);
        Optimiser student = new Optimiser(1e-3, Schedule.Decay.CONSTANT, 0, 0.9, 0.999, 1e-8, 0, 1, 4096, false);
        SoarSettings loop = new SoarSettings(4, 1, 32, 2, 64, 16, new InnerSchedule(10, 0, 10),
                new PromotionRule(true, 0.001, 3, MedianRule.LOWER, true));
        return new TrainConfig("", "", RlooConfig.TaskName.CHAIN, RlooConfig.RewardName.EXACT, 1, loop, 0,
                new TeacherReward(RewardKind.GROUNDED, 32), new Measure(MeasureKind.SAMPLED, 16),
                new Teacher(80, 1, 0, 50, false, teacher), new Student(8, 32, 80, 1, 0, student), 512,
                new Jobs(2, LlamaStudents.Keeping.WEIGHTS), new Logs(true, 1), new Saving(1, 2));
    }

    /** These settings with another seed. */
    public TrainConfig withSeed(long other) {
        return with(other, loop, teacherReward);
    }

    /** These settings with another outer loop. */
    public TrainConfig withLoop(SoarSettings other) {
        return with(seed, other, teacherReward);
    }

    /** These settings for students that always start from the model. */
    public TrainConfig withoutPromotion() {
        PromotionRule rule = loop.promotion();
        return withLoop(loop.withPromotion(new PromotionRule(false, rule.tau(), rule.window(), rule.median(), rule.clearWindow())));
    }

    /** These settings with a reward that trains no student: one repeat, no promotion. */
    public TrainConfig withTeacherReward(ProposerReward shape, int samples) {
        TrainConfig never = withoutPromotion();
        return never.with(seed, never.loop.withRepeats(1), new TeacherReward(switch (shape) {
            case ONE_MINUS_P -> RewardKind.ONE_MINUS_P;
            case SYMMETRIC -> RewardKind.SYMMETRIC;
            case VARIANCE -> RewardKind.VARIANCE;
        }, samples));
    }

    private TrainConfig with(long otherSeed, SoarSettings otherLoop, TeacherReward otherReward) {
        return new TrainConfig(model, data, task, reward, otherSeed, otherLoop, enoughPromotions, otherReward, gain, teacher, student,
                parallel, jobs, logs, checkpoints);
    }

    /** How students are trained and sampled. */
    public StudentTraining training(Set<Integer> stopIds) {
        Optimiser optimiser = student.optimiser;
        return new StudentTraining(student.batch, student.group, optimiser.learningRate, optimiser.decay, optimiser.warmup,
                student.klBeta, optimiser.adamW(), new Policy.Sampling(student.maxTokens, (float) student.temperature, stopIds,
                parallel), optimiser.passes());
    }

    /** How the teacher samples. */
    Policy.Sampling teacherSampling(Set<Integer> stopIds) {
        return new Policy.Sampling(teacher.maxTokens, (float) teacher.temperature, stopIds, parallel);
    }

    /** How the teacher learns. */
    LlamaTeacher.Settings teacherSettings() {
        Optimiser optimiser = teacher.optimiser;
        return new LlamaTeacher.Settings(new Schedule(optimiser.decay, optimiser.learningRate, optimiser.warmup,
                loop.outerSteps()), optimiser.adamW(), teacher.klBeta, teacher.attempts, optimiser.passes());
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
