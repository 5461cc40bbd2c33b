package org.soarj.soar.world;

/**
 * What a document is, under the headings of the paper's Table 7.
 *
 * @param wellPosed whether its question has a right answer
 * @param correct whether its answer is that
 * @param difficulty of a well-posed question; 0 otherwise
 * @param error what is wrong with it
 */
public record DocumentClass(boolean wellPosed, boolean correct, int difficulty, Error error) {
    /** The paper's error labels, and one for text that is no document. */
    public enum Error {
        /** The answer is right. */
        NONE,
        /** Sound steps, wrong calculation. */
        ARITHMETIC,
        /** A well-posed question whose working does not follow from it. */
        LOGIC,
        /** The question cannot be answered as it stands. */
        ILL_POSED,
        /** The question lacks a piece. */
        AMBIGUOUS,
        /** Not a question followed by an answer. */
        MALFORMED
    }
}
