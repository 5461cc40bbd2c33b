package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.backend.AdamWStep;
import org.soarj.tensor.backend.BinaryOp;
import org.soarj.tensor.backend.UnaryOp;

/**
 * Element-by-element kernels over a range of flat arrays.
 *
 * <p>Plain loops where C2 vectorises them as well as we could (sums, products); vectors by hand where the exponential is
 * in the loop. LOG, TANH and RSQRT go through StrictMath, the same bits everywhere; no Llama needs them in a hot loop.
 */
final class Elementwise {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;

    private Elementwise() {}

    static void map(UnaryOp op, float[] x, float[] y, int from, int to) {
        switch (op) {
            case NEG -> {
                for (int i = from; i < to; i++) {
                    y[i] = -x[i];
                }
            }
            case SQUARE -> {
                for (int i = from; i < to; i++) {
                    y[i] = x[i] * x[i];
                }
            }
            case EXP -> VectorMath.expRow(x, from, 0f, y, from, to - from);
            case SIGMOID, SILU -> sigmoid(op == UnaryOp.SILU, x, y, from, to);
            case LOG -> {
                for (int i = from; i < to; i++) {
                    y[i] = (float) StrictMath.log(x[i]);
                }
            }
            case TANH -> {
                for (int i = from; i < to; i++) {
                    y[i] = (float) StrictMath.tanh(x[i]);
                }
            }
            case RSQRT -> {
                for (int i = from; i < to; i++) {
                    y[i] = (float) (1 / Math.sqrt(x[i]));
                }
            }
        }
    }

    static void mapBackward(UnaryOp op, float[] x, float[] y, float[] dy, float[] dx, int from, int to) {
        switch (op) {
            case NEG -> {
                for (int i = from; i < to; i++) {
                    dx[i] = -dy[i];
                }
            }
            case EXP -> {
                for (int i = from; i < to; i++) {
                    dx[i] = dy[i] * y[i];
                }
            }
            case LOG -> {
                for (int i = from; i < to; i++) {
                    dx[i] = dy[i] / x[i];
                }
            }
            case SQUARE -> {
                for (int i = from; i < to; i++) {
                    dx[i] = 2 * dy[i] * x[i];
                }
            }
            case RSQRT -> {
                for (int i = from; i < to; i++) {
                    dx[i] = -0.5f * dy[i] * y[i] * y[i] * y[i];
                }
            }
            case TANH -> {
                for (int i = from; i < to; i++) {
                    dx[i] = dy[i] * (1 - y[i] * y[i]);
                }
            }
            case SIGMOID -> {
                for (int i = from; i < to; i++) {
                    dx[i] = dy[i] * y[i] * (1 - y[i]);
                }
            }
            case SILU -> siluBackward(x, dy, dx, from, to);
        }
    }

    private static void sigmoid(boolean timesX, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += L) {
            VectorMask<Float> in = S.indexInRange(i, to);
            FloatVector v = FloatVector.fromArray(S, x, i, in);
            FloatVector s = VectorMath.sigmoid(v);
            (timesX ? v.mul(s) : s).intoArray(y, i, in);
        }
    }

    private static void siluBackward(float[] x, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i += L) {
            VectorMask<Float> in = S.indexInRange(i, to);
            FloatVector v = FloatVector.fromArray(S, x, i, in);
            FloatVector s = VectorMath.sigmoid(v);
            slope(v, s).mul(FloatVector.fromArray(S, dy, i, in)).intoArray(dx, i, in);
        }
    }

    static void swiglu(float[] gate, float[] up, float[] y, int from, int to) {
        int i = from;
        for (; i + L <= to; i += L) {
            FloatVector g = FloatVector.fromArray(S, gate, i);
            g.mul(VectorMath.sigmoid(g)).mul(FloatVector.fromArray(S, up, i)).intoArray(y, i);
        }
        if (i < to) {
            VectorMask<Float> in = S.indexInRange(i, to);
            FloatVector g = FloatVector.fromArray(S, gate, i, in);
            g.mul(VectorMath.sigmoid(g)).mul(FloatVector.fromArray(S, up, i, in)).intoArray(y, i, in);
        }
    }

    static void swigluBackward(float[] gate, float[] up, float[] dy, float[] dgate, float[] dup, int from, int to) {
        int i = from;
        for (; i + L <= to; i += L) {
            FloatVector g = FloatVector.fromArray(S, gate, i);
            FloatVector d = FloatVector.fromArray(S, dy, i);
            FloatVector s = VectorMath.sigmoid(g);
            d.mul(FloatVector.fromArray(S, up, i)).mul(slope(g, s)).intoArray(dgate, i);
            d.mul(g.mul(s)).intoArray(dup, i);
        }
        if (i < to) {
            VectorMask<Float> in = S.indexInRange(i, to);
            FloatVector g = FloatVector.fromArray(S, gate, i, in);
            FloatVector d = FloatVector.fromArray(S, dy, i, in);
            FloatVector s = VectorMath.sigmoid(g);
            d.mul(FloatVector.fromArray(S, up, i, in)).mul(slope(g, s)).intoArray(dgate, i, in);
            d.mul(g.mul(s)).intoArray(dup, i, in);
        }
    }

    /** Derivative of silu at x, given s = sigmoid(x). */
    private static FloatVector slope(FloatVector x, FloatVector s) {
        return s.mul(x.mul(s.neg().add(1f)).add(1f));
    }

    /** out[i] = a[i] op b[i]; a stride of 0 reads one number for the whole run. */
    static void zip(BinaryOp op, float[] a, int ao, int as, float[] b, int bo, int bs, float[] out, int at, int n) {
        switch (op) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a[ao + i * as] + b[bo + i * bs];
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a[ao + i * as] - b[bo + i * bs];
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a[ao + i * as] * b[bo + i * bs];
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a[ao + i * as] / b[bo + i * bs];
                }
            }
        }
    }

    /** The common case of {@link #zip} with equal shapes, which C2 turns into vectors. */
    static void zipFlat(BinaryOp op, float[] a, float[] b, float[] out, int from, int to) {
        switch (op) {
            case ADD -> {
                for (int i = from; i < to; i++) {
                    out[i] = a[i] + b[i];
                }
            }
            case SUB -> {
                for (int i = from; i < to; i++) {
                    out[i] = a[i] - b[i];
                }
            }
            case MUL -> {
                for (int i = from; i < to; i++) {
                    out[i] = a[i] * b[i];
                }
            }
            case DIV -> {
                for (int i = from; i < to; i++) {
                    out[i] = a[i] / b[i];
                }
            }
        }
    }

    static void addScaled(float alpha, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] += alpha * x[i];
        }
    }

    static void adamW(AdamWStep step, float[] p, float[] g, float[] m, float[] v, int from, int to) {
        float decay = step.decay();
        float beta1 = (float) step.beta1();
        float beta2 = (float) step.beta2();
        float scale = (float) step.gradientScale();
        float correction = step.rootCorrection();
        float epsilon = (float) step.epsilon();
        float size = step.stepSize();
        for (int i = from; i < to; i += L) {
            VectorMask<Float> in = S.indexInRange(i, to);
            FloatVector gradient = FloatVector.fromArray(S, g, i, in).mul(scale);
            FloatVector first = FloatVector.fromArray(S, m, i, in).mul(beta1).add(gradient.mul(1 - beta1));
            FloatVector second = FloatVector.fromArray(S, v, i, in).mul(beta2).add(gradient.mul(gradient).mul(1 - beta2));
            first.intoArray(m, i, in);
            second.intoArray(v, i, in);
            FloatVector root = second.sqrt().mul(correction).add(epsilon);
            FloatVector.fromArray(S, p, i, in).mul(decay).sub(first.div(root).mul(size)).intoArray(p, i, in);
        }
    }
}
