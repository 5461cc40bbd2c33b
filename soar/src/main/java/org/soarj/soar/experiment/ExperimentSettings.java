package org.soarj.soar.experiment;

import java.util.Arrays;
import java.util.List;
import org.soarj.soar.ProposerReward;
import org.soarj.soar.actor.StudentTraining;

/**
 * Everything that {@link Experiment} does beside the training of a single student, as numbers.
 *
 * @param arms what is compared
 * @param teachers seeds of everything that stands behind an arm: SOAR runs, teachers' samples, draws of real questions
 * @param students seeds of fresh students for each of these
 * @param steps RLOO steps of every student
 * @param mixing how synthetic and hard problems share the steps
 * @param syntheticSteps with a curriculum, steps on synthetic problems alone
 * @param warmup steps of warm-up of a student; with a curriculum of one that has no synthetic problems (Table 3)
 * @param curriculumWarmup those of one that has them
 * @param evaluateEvery steps from one measurement on held-out problems to the next
 * @param samples answers to each held-out problem; the greatest k is at most this
 * @param passAt every k of pass@k
 * @param stopping when a student counts as done
 * @param questions that a teacher writes for an arm, and real ones of the arm {@link Arm#REAL}
 * @param intrinsic the reward of the intrinsic teacher
 * @param intrinsicSamples answers behind each success rate of it
 * @param vendiSubset questions of each subset whose Vendi score is taken; a smaller pool counts as a whole
 * @param vendiSubsets subsets
 */
public record ExperimentSettings(List<Arm> arms, int teachers, int students, int steps, MixingKind mixing, int syntheticSteps, int warmup, int curriculumWarmup,
                                 int evaluateEvery, int samples, List<Integer> passAt, StoppingRule stopping, int questions,
                                 ProposerReward intrinsic, int intrinsicSamples, int vendiSubset, int vendiSubsets) {

    /** How synthetic and hard problems share the steps (SOAR sec. 5). */
    public enum MixingKind {
        CURRICULUM, MIXED
    }

    /** The paper's: two promoted sets with three students each would do for PQ, here every arm gets the same. */
    public static final ExperimentSettings PAPER = new ExperimentSettings(
            List.of(Arm.BASE, Arm.HARD_ONLY, Arm.HARD_ONLY_4X, Arm.BASE_T, Arm.INTRINSIC_T, Arm.GROUNDED_T,
                    Arm.GROUNDED_T_NO_PROMOTION, Arm.GROUNDED_T_INFERENCE, Arm.PS, Arm.PQ, Arm.REAL, Arm.REAL_FULL),
            3, 3, 1500, MixingKind.CURRICULUM, 64, 20, 0, 50, 32, List.of(1, 4, 8, 16, 32), StoppingRule.PAPER, 128,
            ProposerReward.ONE_MINUS_P, 32, 128, 100);

    /**
     * For the worlds: as many steps and questions as a student of a hundred thousand numbers needs, and the arms of
     * docs/RESULTS.md.
     */
    public static final ExperimentSettings WORLD = new ExperimentSettings(
            Arrays.stream(Arm.values()).filter(arm -> arm != Arm.GROUNDED_T_INFERENCE).toList(),
            5, 2, 44, MixingKind.CURRICULUM, 20, 0, 0, 8, 32, List.of(1, 4, 8, 16, 32), new StoppingRule(5, 0.15, 12, 0), 64,
            ProposerReward.ONE_MINUS_P, 32, 64, 100);

    /** @throws IllegalArgumentException when a value makes no sense, naming it */
    public ExperimentSettings {
        arms = List.copyOf(arms);
        passAt = List.copyOf(passAt);
        require(!arms.isEmpty(), "arms is empty; name one at least");
        atLeastOne(teachers, "teachers");
        atLeastOne(students, "students");
        atLeastOne(steps, "steps");
        atLeastOne(evaluateEvery, "evaluate_every");
        atLeastOne(samples, "samples");
        atLeastOne(questions, "questions");
        atLeastOne(intrinsicSamples, "intrinsic_samples");
        atLeastOne(vendiSubset, "vendi_subset");
        require(vendiSubsets >= 2, "vendi_subsets must be 2 or more, for a deviation, got " + vendiSubsets);
        require(!passAt.isEmpty(), "pass_at is empty; name one k at least");
        for (int k : passAt) {
            require(k >= 1 && k <= samples, "pass_at must lie in 1.." + samples + " (samples), got " + k);
        }
        require(syntheticSteps >= 0 && syntheticSteps <= steps,
                "synthetic_steps must lie in 0.." + steps + " (steps), got " + syntheticSteps);
        require(warmup >= 0 && curriculumWarmup >= 0 && Math.max(warmup, curriculumWarmup) <= steps, "warmup and curriculum_warmup must "
                + "lie in 0.." + steps + " (steps), got " + warmup + " and " + curriculumWarmup);
    }

    /**
     * Refuses arms that need what an experiment has not.
     *
     * @param truth whether a world knows the truth about any question
     * @param real whether there are easier problems with true answers
     * @throws IllegalArgumentException naming the arm and what it needs
     */
    public void requireMeans(boolean truth, boolean real) {
        for (Arm arm : arms) {
            require(!arm.needsTruth() || truth, "arm " + arm.spelled() + ": needs a world that knows the truth about any question; "
                    + "leave it out for real problems");
            require(arm != Arm.REAL && arm != Arm.REAL_FULL || real, "arm " + arm.spelled()
                    + ": needs easier problems with answers; give some with --real");
        }
    }

    /** The mixing that {@link #mixing} names. */
    Mixing mixingOfSteps() {
        return mixing == MixingKind.MIXED ? new Mixing.Throughout() : new Mixing.Curriculum(syntheticSteps);
    }

    /** How a student of an arm is trained: the larger group of its arm, the warm-up of what it begins with. */
    StudentTraining training(StudentTraining usual, Arm arm, boolean synthetic) {
        StudentTraining grouped = arm == Arm.HARD_ONLY_4X ? usual.withGroup(4 * usual.group()) : usual;
        return grouped.withWarmup(synthetic && mixing == MixingKind.CURRICULUM ? curriculumWarmup : warmup);
    }

    /** The first step whose reward says when to stop: with a curriculum, the first on hard problems. */
    int countedFrom(boolean synthetic) {
        return synthetic && mixing == MixingKind.CURRICULUM ? Math.min(syntheticSteps, steps - 1) : 0;
    }

    private static void atLeastOne(int value, String name) {
        require(value >= 1, name + " must be 1 or more, got " + value);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("experiment: " + message);
        }
    }
}
