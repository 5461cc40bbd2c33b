package org.soarj.rl.verify;

/** What a check of one completion found. A check that ran out of time is not the same as a wrong answer. */
public sealed interface Verdict {
    /** The content of the last box, trimmed; empty where there was none. */
    String extracted();

    /** One word to count by: {@code correct}, {@code contains}, {@code boxed}, {@code unparseable}, {@code timed_out}. */
    default String label() {
        return switch (this) {
            case Correct _ -> "correct";
            case Contains _ -> "contains";
            case Boxed _ -> "boxed";
            case Unparseable _ -> "unparseable";
            case TimedOut _ -> "timed_out";
        };
    }

    /** The box equals the gold answer. */
    record Correct(String extracted) implements Verdict {}

    /** The box does not equal the gold answer, but the text of the gold answer occurs in it. */
    record Contains(String extracted) implements Verdict {}

    /** There is a box with something in it, and it is wrong. */
    record Boxed(String extracted) implements Verdict {}

    /** There is no box, it is empty, or its braces do not balance. */
    record Unparseable() implements Verdict {
        @Override
        public String extracted() {
            return "";
        }
    }

    /** There is a box, and comparing it took longer than the deadline. */
    record TimedOut(String extracted, boolean containsGold) implements Verdict {}
}
