package org.soarj.transformer.train;

/**
 * One text to learn from.
 *
 * @param ids its tokens
 * @param given the first tokens, which are read and not learned; at least 1, since the first token is predicted by nothing
 */
public record Example(int[] ids, int given) {
    public Example {
        if (given < 1 || given >= ids.length) {
            throw new IllegalArgumentException("example: " + given + " of " + ids.length
                    + " tokens are given; there must be one at least, and one to learn");
        }
    }

    /** Tokens that are learned. */
    public int targets() {
        return ids.length - given;
    }
}
