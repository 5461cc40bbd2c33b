package org.soarj.soar;

/**
 * The constants of the outer loop (SOAR Table 3).
 *
 * @param groupSize g, data sets in one leave-one-out group of the teacher; at least 2
 * @param teacherGroups groups in an outer step. 1 is Algorithm 1 as written; 2 reads Table 3's "teacher batch size 2" as two
 *     copies of the prompt, each with a baseline of its own
 * @param questionsPerSet n, questions in a data set
 * @param repeats r, students trained on each data set
 * @param rewardQuestions M = |Q_R|, hard questions drawn afresh in every step to measure the gain on
 * @param outerSteps T, steps of the whole run
 * @param inner how many steps a student trains
 * @param promotion when a trained student replaces the baseline
 */
public record SoarSettings(
        int groupSize,
        int teacherGroups,
        int questionsPerSet,
        int repeats,
        int rewardQuestions,
        int outerSteps,
        InnerSchedule inner,
        PromotionRule promotion) {

    /** The values of the paper. */
    public static final SoarSettings PAPER =
            new SoarSettings(4, 1, 64, 4, 64, 200, InnerSchedule.PAPER, PromotionRule.PAPER);

    /** @throws IllegalArgumentException when a value makes no sense, naming it */
    public SoarSettings {
        atLeast(2, groupSize, "loop.group_size", "a leave-one-out baseline needs another data set");
        atLeast(1, teacherGroups, "loop.teacher_groups", "an outer step needs a group");
        atLeast(1, questionsPerSet, "loop.questions_per_set", "a data set needs a question");
        atLeast(1, repeats, "loop.repeats", "a data set needs a student");
        atLeast(1, rewardQuestions, "loop.reward_questions", "a gain is measured on questions");
        atLeast(0, outerSteps, "loop.outer_steps", "steps cannot be taken back");
    }

    /** Data sets in one outer step. */
    public int dataSets() {
        return groupSize * teacherGroups;
    }

    /** Accepted teacher documents in one outer step. */
    public int documents() {
        return dataSets() * questionsPerSet;
    }

    /** These settings with another promotion rule. */
    public SoarSettings withPromotion(PromotionRule rule) {
        return new SoarSettings(groupSize, teacherGroups, questionsPerSet, repeats, rewardQuestions, outerSteps, inner, rule);
    }

    /** These settings with another number of students for each data set. */
    public SoarSettings withRepeats(int students) {
        return new SoarSettings(
                groupSize, teacherGroups, questionsPerSet, students, rewardQuestions, outerSteps, inner, promotion);
    }

    /** These settings for another number of outer steps. */
    public SoarSettings withOuterSteps(int steps) {
        return new SoarSettings(
                groupSize, teacherGroups, questionsPerSet, repeats, rewardQuestions, steps, inner, promotion);
    }

    static void atLeast(int least, int value, String name, String reason) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "settings: " + name + " must be " + least + " or more, got " + value + "; " + reason);
        }
    }
}
