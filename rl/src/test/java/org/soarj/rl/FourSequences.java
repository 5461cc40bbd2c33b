package org.soarj.rl;

/** The four sequences of vectors V13 to V15 of the reference formulas. */
final class FourSequences {
    static final float[][] OLD = {{-.5f, -1, -.2f}, {-.7f, -.3f}, {-1.2f, -.4f, -.6f, -.1f}, {-.9f}};
    static final float[][] REFERENCE = {{-.6f, -1.1f, -.2f}, {-.5f, -.3f}, {-1, -.5f, -.9f, -.1f}, {-.9f}};
    static final float[][] NEW = {{-.45f, -.9f, -.2f}, {-.7f, -.35f}, {-1, -.3f, -.6f, -.1f}, {-.8f}};
    /** Leave-one-out advantages of the rewards 1, 0, 1, 0 with a KL weight of 0.05. */
    static final double[] ADVANTAGES = {.6566666667, -.65, .6566666667, -.6633333333};

    private FourSequences() {}
}
