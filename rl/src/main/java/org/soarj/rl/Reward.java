package org.soarj.rl;

/** Scores completions. Safe to call from several threads at once. */
@FunctionalInterface
public interface Reward {
    /**
     * The score of {@code completion}, the text after the prompt, as an answer to {@code problem}.
     *
     * @throws RuntimeException when it cannot be given; the completion is unscorable then, and counted as such
     */
    Score score(Problem problem, String completion);
}
