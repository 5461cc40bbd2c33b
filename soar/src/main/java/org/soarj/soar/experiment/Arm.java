package org.soarj.soar.experiment;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the paper compares (SOAR sec. 5 and App. B.8), and some pools that only a world with known truth can make. */
public enum Arm {
    /** The base model as it is. */
    BASE,
    /** RLOO on the hard problems alone. */
    HARD_ONLY,
    /** The same with four times the group. */
    HARD_ONLY_4X,
    /** Questions of the untrained teacher, then hard problems. */
    BASE_T,
    /** Questions of a teacher that was rewarded for learnable questions. */
    INTRINSIC_T,
    /** Questions of a teacher that SOAR trained. */
    GROUNDED_T,
    /** The same without promotions. */
    GROUNDED_T_NO_PROMOTION,
    /** The teacher that SOAR trained, answering the hard problems itself. */
    GROUNDED_T_INFERENCE,
    /** The best promoted student as it is. */
    PS,
    /** The questions of all promotions. */
    PQ,
    /** Easier problems with true answers, as many as a teacher writes. */
    REAL,
    /** All easier problems with true answers: an upper bound. */
    REAL_FULL,
    /** Of the SOAR teacher's questions those with right answers. */
    GROUNDED_T_CORRECT,
    /** Of the SOAR teacher's questions those that have an answer, but another one. */
    GROUNDED_T_WRONG,
    /** Of the SOAR teacher's questions those that have no answer. */
    GROUNDED_T_ILL_POSED;

    /** As options and tables spell it: {@code hard-only-4x}. */
    public String spelled() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException naming all arms when there is none of this name */
    public static Arm named(String name) {
        return Arrays.stream(values()).filter(arm -> arm.spelled().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("arms: there is no arm " + name + "; choose from "
                        + Arrays.stream(values()).map(Arm::spelled).collect(Collectors.joining(", "))));
    }

    /** How the teacher of this arm's questions or students is made. */
    public TeacherKind teacher() {
        return switch (this) {
            case BASE, HARD_ONLY, HARD_ONLY_4X, REAL, REAL_FULL -> TeacherKind.NONE;
            case BASE_T -> TeacherKind.UNTRAINED;
            case INTRINSIC_T -> TeacherKind.INTRINSIC;
            case GROUNDED_T_NO_PROMOTION -> TeacherKind.GROUNDED_NO_PROMOTION;
            case GROUNDED_T, GROUNDED_T_INFERENCE, PS, PQ, GROUNDED_T_CORRECT, GROUNDED_T_WRONG, GROUNDED_T_ILL_POSED -> TeacherKind.GROUNDED;
        };
    }

    /** Whether it takes a world that knows the truth about any question. */
    public boolean needsTruth() {
        return this == GROUNDED_T_CORRECT || this == GROUNDED_T_WRONG || this == GROUNDED_T_ILL_POSED;
    }

    /** What stands behind an arm. */
    public enum TeacherKind {
        NONE, UNTRAINED, INTRINSIC, GROUNDED, GROUNDED_NO_PROMOTION;

        /** As folders and tables spell it. */
        public String spelled() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
