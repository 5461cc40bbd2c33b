package org.soarj.tensor.cpu;

import java.util.Arrays;

/** Kernels that work on one row at a time: softmax and its logarithm, RMSNorm, RoPE, log-probability of a target. */
final class Rows {
    private Rows() {}

    static void softmax(float[] x, int xo, float[] y, int yo, int n) {
        VectorMath.expRow(x, xo, Lanes.max(x, xo, n), y, yo, n);
        scale(1f / Lanes.sum(y, yo, n), y, yo, n);
    }

    static void softmaxBackward(float[] y, float[] dy, float[] dx, int o, int n) {
        float inner = Lanes.dot(y, o, dy, o, n);
        for (int i = o; i < o + n; i++) {
            dx[i] = y[i] * (dy[i] - inner);
        }
    }

    /** Log-probability of one element of a row; the maximum is taken off first, so that large scores lose no digits. */
    static float logProb(float[] x, int o, int n, int target, float[] scratch) {
        float max = Lanes.max(x, o, n);
        VectorMath.expRow(x, o, max, scratch, 0, n);
        return (x[o + target] - max) - (float) StrictMath.log(Lanes.sum(scratch, 0, n));
    }

    static void logSoftmax(float[] x, float[] y, int o, int n, float[] scratch) {
        float max = Lanes.max(x, o, n);
        VectorMath.expRow(x, o, max, scratch, 0, n);
        float logSum = (float) StrictMath.log(Lanes.sum(scratch, 0, n));
        for (int i = o; i < o + n; i++) {
            y[i] = (x[i] - max) - logSum;
        }
    }

    static void logSoftmaxBackward(float[] y, float[] dy, float[] dx, int o, int n, float[] scratch) {
        float sum = Lanes.sum(dy, o, n);
        VectorMath.expRow(y, o, 0f, scratch, 0, n);
        for (int i = 0; i < n; i++) {
            dx[o + i] = dy[o + i] - scratch[i] * sum;
        }
    }

    static void logProbBackward(float[] logits, int o, int n, int target, float dlogp, float[] dlogits) {
        if (target < 0 || dlogp == 0f) {
            Arrays.fill(dlogits, o, o + n, 0f);
            return;
        }
        VectorMath.expRow(logits, o, Lanes.max(logits, o, n), dlogits, o, n);
        scale(-dlogp / Lanes.sum(dlogits, o, n), dlogits, o, n);
        dlogits[o + target] += dlogp;
    }

    static float rmsNorm(float[] x, int xo, float[] weight, float epsilon, float[] y, int n) {
        float rstd = (float) (1 / Math.sqrt(Lanes.dot(x, xo, x, xo, n) / n + epsilon));
        for (int i = 0; i < n; i++) {
            y[xo + i] = x[xo + i] * rstd * weight[i];
        }
        return rstd;
    }

    /** dx = rstd (dy w - x rstd^2 mean(dy w x)); {@code scratch} holds n numbers. */
    static void rmsNormBackward(float[] x, int o, float[] weight, float rstd, float[] dy, float[] dx, int n,
                                float[] scratch) {
        for (int i = 0; i < n; i++) {
            scratch[i] = dy[o + i] * weight[i];
        }
        float inner = Lanes.dot(scratch, 0, x, o, n) / n * rstd * rstd;
        for (int i = 0; i < n; i++) {
            dx[o + i] = rstd * (scratch[i] - x[o + i] * inner);
        }
    }

    /** Rotates every head of one row; {@code sign} is 1 forwards and -1 backwards. */
    static void rope(float[] x, int o, int width, int headDim, float[] cos, float[] sin, int angles, float sign, float[] y) {
        int half = headDim / 2;
        for (int head = o; head < o + width; head += headDim) {
            for (int i = 0; i < half; i++) {
                float c = cos[angles + i];
                float s = sign * sin[angles + i];
                float a = x[head + i];
                float b = x[head + half + i];
                y[head + i] = a * c - b * s;
                y[head + half + i] = b * c + a * s;
            }
        }
    }

    static void scale(float alpha, float[] x, int o, int n) {
        for (int i = o; i < o + n; i++) {
            x[i] *= alpha;
        }
    }
}
