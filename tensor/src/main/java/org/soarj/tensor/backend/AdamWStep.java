package org.soarj.tensor.backend;

/**
 * One step of AdamW with decoupled decay (Loshchilov and Hutter 2019, algorithm 2), in the order PyTorch uses:
 * {@code p *= 1 - lr*wd; m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; p -= lr/(1-b1^t) * m / (sqrt(v/(1-b2^t)) + eps)}.
 *
 * @param learningRate lr of this step
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root
 * @param weightDecay wd
 * @param step t, counted from 1
 * @param gradientScale factor on the gradient before anything else (global-norm clipping)
 */
public record AdamWStep(double learningRate, double beta1, double beta2, double epsilon, double weightDecay, int step,
                        double gradientScale) {

    /** {@code 1 - lr*wd}. */
    public float decay() {
        return (float) (1 - learningRate * weightDecay);
    }

    /** {@code lr / (1 - b1^t)}. */
    public float stepSize() {
        return (float) (learningRate / (1 - Math.pow(beta1, step)));
    }

    /** {@code 1 / sqrt(1 - b2^t)}. */
    public float rootCorrection() {
        return (float) (1 / Math.sqrt(1 - Math.pow(beta2, step)));
    }
}
