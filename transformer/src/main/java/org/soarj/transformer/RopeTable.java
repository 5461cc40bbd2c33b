package org.soarj.transformer;

import org.soarj.tensor.Tensor;

/**
 * Cosines and sines of the rotary angles (Su et al. 2021, eq. 15) for positions 0 to length-1.
 *
 * @param cos (T, D/2)
 * @param sin (T, D/2)
 */
public record RopeTable(Tensor cos, Tensor sin) {

    /** Angle of pair i at position t: t * scaled(theta^(-2i/D)); computed in double precision. */
    public static RopeTable of(LlamaConfig config, int length) {
        int half = config.headDim() / 2;
        Tensor cos = Tensor.zeros(length, half);
        Tensor sin = Tensor.zeros(length, half);
        for (int i = 0; i < half; i++) {
            double frequency = config.ropeScaling().apply(Math.pow(config.ropeTheta(), -2.0 * i / config.headDim()));
            for (int t = 0; t < length; t++) {
                cos.data()[t * half + i] = (float) StrictMath.cos(t * frequency);
                sin.data()[t * half + i] = (float) StrictMath.sin(t * frequency);
            }
        }
        return new RopeTable(cos, sin);
    }

    public int length() {
        return cos.rows();
    }
}
