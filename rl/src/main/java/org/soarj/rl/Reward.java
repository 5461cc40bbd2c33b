package org.soarj.rl;

/** Scores completions. Safe to call from several threads at once. */
@FunctionalInterface
public interface Reward {
    /** The score of {@code completion}, the text after the prompt, as an answer to {@code problem}. Does not throw. */
    Score score(Problem problem, String completion);
}
