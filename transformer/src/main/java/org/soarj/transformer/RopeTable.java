package org.soarj.transformer;

import org.soarj.tensor.Tensor;

/**
 * Cosines and sines of the rotary angles (Su et al. 2021, eq. 15), for as many positions as were needed so far: a context
 * of 131,072 would take seconds and 34 MB to fill, and few sequences go there.
 */
public final class RopeTable {
    private static final int FIRST = 1024;

    private final LlamaConfig config;
    private volatile Angles angles;

    /**
     * @param cos (T, D/2)
     * @param sin (T, D/2)
     */
    public record Angles(Tensor cos, Tensor sin) {}

    /** The table of a model with this config. */
    public RopeTable(LlamaConfig config) {
        this.config = config;
        angles = of(config, Math.min(FIRST, config.maxPositions()));
    }

    /** Positions that a sequence may have. */
    public int length() {
        return config.maxPositions();
    }

    /** The angles of positions 0 to {@code last}, and perhaps of some more; {@code last} is below {@link #length}. */
    public Angles upTo(int last) {
        Angles present = angles;
        if (last >= present.cos.rows()) {
            present = of(config, (int) Math.min(length(), Math.max(last + 1L, 2L * present.cos.rows())));
            angles = present;
        }
        return present;
    }

    /** Angle of pair i at position t: t * scaled(theta^(-2i/D)); computed in double precision. */
    private static Angles of(LlamaConfig config, int length) {
        int half = config.headDim() / 2;
        Tensor cos = Tensor.zeros(length, half);
        Tensor sin = Tensor.zeros(length, half);
        for (int i = 0; i < half; i++) {
            double frequency = config.ropeScaling().apply(Math.pow(config.ropeTheta(), -2.0 * i / config.headDim()));
            for (int t = 0; t < length; t++) {
                cos.put(t * half + i, (float) StrictMath.cos(t * frequency));
                sin.put(t * half + i, (float) StrictMath.sin(t * frequency));
            }
        }
        return new Angles(cos, sin);
    }
}
