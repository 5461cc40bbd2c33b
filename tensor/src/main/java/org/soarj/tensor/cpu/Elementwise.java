package org.soarj.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.backend.UnaryOp;

/**
 * Element-by-element kernels over a range of flat arrays.
 *
 * <p>Plain loops where C2 vectorises them as well as we could (sums, products, roots); vectors by hand where a function of
 * {@link VectorMath} is in the loop. Those kernels take whole vectors only: the last numbers of a tensor, when they do not
 * fill one, go through copies of a vector's length.
 */
final class Elementwise {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    /** Numbers of work space of {@link #swiglu}. */
    static final int WORK = 2 * L;

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
            case RSQRT -> {
                for (int i = from; i < to; i++) {
                    y[i] = 1f / (float) Math.sqrt(x[i]);
                }
            }
            case EXP, LOG, TANH, SIGMOID, SILU -> {
                int whole = to - (to - from) % L;
                function(op, x, y, from, whole);
                if (whole < to) {
                    float[] last = Arrays.copyOfRange(x, whole, whole + L);
                    function(op, last, last, 0, L);
                    System.arraycopy(last, 0, y, whole, to - whole);
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

    /** Each function is a method of its own: several in one are too much for C2. */
    private static void function(UnaryOp op, float[] x, float[] y, int from, int to) {
        switch (op) {
            case EXP -> exp(x, y, from, to);
            case LOG -> log(x, y, from, to);
            case TANH -> tanh(x, y, from, to);
            case SIGMOID -> sigmoid(x, y, from, to);
            case SILU -> silu(x, y, from, to);
            default -> throw new IllegalArgumentException("map: " + op + " has no vector kernel; use its plain loop");
        }
    }

    private static void exp(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += L) {
            VectorMath.exp(FloatVector.fromArray(S, x, i)).intoArray(y, i);
        }
    }

    private static void log(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += L) {
            VectorMath.log(FloatVector.fromArray(S, x, i)).intoArray(y, i);
        }
    }

    private static void tanh(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += L) {
            VectorMath.tanh(FloatVector.fromArray(S, x, i)).intoArray(y, i);
        }
    }

    private static void sigmoid(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += L) {
            VectorMath.sigmoid(FloatVector.fromArray(S, x, i)).intoArray(y, i);
        }
    }

    private static void silu(float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i += L) {
            FloatVector v = FloatVector.fromArray(S, x, i);
            v.mul(VectorMath.sigmoid(v)).intoArray(y, i);
        }
    }

    private static void siluBackward(float[] x, float[] dy, float[] dx, int from, int to) {
        int whole = to - (to - from) % L;
        siluSlopes(x, dy, dx, from, whole);
        if (whole < to) {
            float[] last = Arrays.copyOfRange(dy, whole, whole + L);
            siluSlopes(Arrays.copyOfRange(x, whole, whole + L), last, last, 0, L);
            System.arraycopy(last, 0, dx, whole, to - whole);
        }
    }

    private static void siluSlopes(float[] x, float[] dy, float[] dx, int from, int to) {
        for (int i = from; i < to; i += L) {
            FloatVector v = FloatVector.fromArray(S, x, i);
            slope(v, VectorMath.sigmoid(v)).mul(FloatVector.fromArray(S, dy, i)).intoArray(dx, i);
        }
    }

    /** Derivative of silu at x, given s = sigmoid(x). */
    private static FloatVector slope(FloatVector x, FloatVector s) {
        return s.mul(x.mul(s.neg().add(1f)).add(1f));
    }

    /** @param work {@link #WORK} numbers, for what does not fill a vector */
    static void swiglu(float[] gate, float[] up, float[] y, int from, int to, float[] work) {
        int rest = (to - from) % L;
        int whole = to - rest;
        swigluVectors(gate, from, up, from, y, from, whole - from);
        if (rest > 0) {
            System.arraycopy(gate, whole, work, 0, rest);
            System.arraycopy(up, whole, work, L, rest);
            swigluVectors(work, 0, work, L, work, 0, L);
            System.arraycopy(work, 0, y, whole, rest);
        }
    }

    private static void swigluVectors(float[] gate, int go, float[] up, int uo, float[] y, int at, int count) {
        for (int i = 0; i < count; i += L) {
            FloatVector g = FloatVector.fromArray(S, gate, go + i);
            g.mul(VectorMath.sigmoid(g)).mul(FloatVector.fromArray(S, up, uo + i)).intoArray(y, at + i);
        }
    }

    static void swigluBackward(float[] gate, float[] up, float[] dy, float[] dgate, float[] dup, int from, int to) {
        int whole = to - (to - from) % L;
        swigluSlopes(gate, up, dy, dgate, dup, from, whole);
        if (whole < to) {
            float[] lastGate = Arrays.copyOfRange(gate, whole, whole + L);
            float[] lastUp = Arrays.copyOfRange(up, whole, whole + L);
            swigluSlopes(lastGate, lastUp, Arrays.copyOfRange(dy, whole, whole + L), lastGate, lastUp, 0, L);
            System.arraycopy(lastGate, 0, dgate, whole, to - whole);
            System.arraycopy(lastUp, 0, dup, whole, to - whole);
        }
    }

    private static void swigluSlopes(float[] gate, float[] up, float[] dy, float[] dgate, float[] dup, int from, int to) {
        for (int i = from; i < to; i += L) {
            FloatVector g = FloatVector.fromArray(S, gate, i);
            FloatVector d = FloatVector.fromArray(S, dy, i);
            FloatVector s = VectorMath.sigmoid(g);
            FloatVector u = FloatVector.fromArray(S, up, i);
            d.mul(u).mul(slope(g, s)).intoArray(dgate, i);
            d.mul(g.mul(s)).intoArray(dup, i);
        }
    }

    static void addScaled(float alpha, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] += alpha * x[i];
        }
    }
}
