package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.backend.UnaryOp;

/**
 * Element-by-element kernels over a range of flat arrays.
 *
 * <p>Plain loops where C2 vectorises them as well as we could (sums, products, roots); vectors by hand where a function of
 * {@link VectorMath} is in the loop. Those kernels take whole vectors only: the last numbers of a range, when they do not
 * fill one, go through work space of {@link #WORK} numbers.
 */
final class Elementwise {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    /** A vector for each of the inputs of a kernel. */
    static final int WORK = 3 * L;

    private Elementwise() {}

    static void map(UnaryOp op, float[] x, float[] y, int from, int to, float[] work) {
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
                int rest = (to - from) % L;
                int whole = to - rest;
                function(op, x, y, from, whole);
                if (rest > 0) {
                    System.arraycopy(x, whole, work, 0, rest);
                    function(op, work, work, 0, L);
                    System.arraycopy(work, 0, y, whole, rest);
                }
            }
        }
    }

    static void mapBackward(UnaryOp op, float[] x, float[] y, float[] dy, float[] dx, int from, int to, float[] work) {
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
            case SILU -> siluBackward(x, dy, dx, from, to, work);
        }
    }

    /**
     * Each function is a method of its own: several in one are too much for C2. It takes the vectors of the two halves of a range by
     * turns, since the beginning of a page of 4 KiB is what such a loop waits for, and two pages wait at the same time. With two threads of a
     * Sapphire-Rapids-class Xeon that makes a twentieth to a quarter more from memory, with one up to a twentieth; in a cache, where the
     * bounds of such an index are checked each time, up to a tenth less. Kernels that read two tensors or more have several pages under
     * way as it is, and would lose.
     */
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

    /** Where the second half of a range begins, which has as many vectors as the first or one fewer. */
    private static int middle(int from, int to) {
        return from + ((to - from) / L + 1) / 2 * L;
    }

    private static void exp(float[] x, float[] y, int from, int to) {
        for (int k = from, i = from, far = middle(from, to), next; k < to; k += L, i = far, far = next) {
            VectorMath.exp(FloatVector.fromArray(S, x, i)).intoArray(y, i);
            next = i + L;
        }
    }

    private static void log(float[] x, float[] y, int from, int to) {
        for (int k = from, i = from, far = middle(from, to), next; k < to; k += L, i = far, far = next) {
            VectorMath.log(FloatVector.fromArray(S, x, i)).intoArray(y, i);
            next = i + L;
        }
    }

    private static void tanh(float[] x, float[] y, int from, int to) {
        for (int k = from, i = from, far = middle(from, to), next; k < to; k += L, i = far, far = next) {
            VectorMath.tanh(FloatVector.fromArray(S, x, i)).intoArray(y, i);
            next = i + L;
        }
    }

    private static void sigmoid(float[] x, float[] y, int from, int to) {
        for (int k = from, i = from, far = middle(from, to), next; k < to; k += L, i = far, far = next) {
            VectorMath.sigmoid(FloatVector.fromArray(S, x, i)).intoArray(y, i);
            next = i + L;
        }
    }

    private static void silu(float[] x, float[] y, int from, int to) {
        for (int k = from, i = from, far = middle(from, to), next; k < to; k += L, i = far, far = next) {
            FloatVector v = FloatVector.fromArray(S, x, i);
            v.mul(VectorMath.sigmoid(v)).intoArray(y, i);
            next = i + L;
        }
    }

    private static void siluBackward(float[] x, float[] dy, float[] dx, int from, int to, float[] work) {
        int rest = (to - from) % L;
        int whole = to - rest;
        siluSlopes(x, from, dy, dx, from, whole - from);
        if (rest > 0) {
            System.arraycopy(x, whole, work, 0, rest);
            System.arraycopy(dy, whole, work, L, rest);
            siluSlopes(work, 0, work, work, L, L);
            System.arraycopy(work, L, dx, whole, rest);
        }
    }

    private static void siluSlopes(float[] x, int xo, float[] dy, float[] dx, int at, int count) {
        for (int i = 0; i < count; i += L) {
            FloatVector v = FloatVector.fromArray(S, x, xo + i);
            slope(v, VectorMath.sigmoid(v)).mul(FloatVector.fromArray(S, dy, at + i)).intoArray(dx, at + i);
        }
    }

    /** Derivative of silu at x, given s = sigmoid(x). */
    private static FloatVector slope(FloatVector x, FloatVector s) {
        return s.mul(x.mul(s.neg().add(1f)).add(1f));
    }

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

    static void swigluBackward(float[] gate, float[] up, float[] dy, float[] dgate, float[] dup, int from, int to, float[] work) {
        int rest = (to - from) % L;
        int whole = to - rest;
        swigluSlopes(gate, dgate, from, up, dup, from, dy, from, whole - from);
        if (rest > 0) {
            System.arraycopy(gate, whole, work, 0, rest);
            System.arraycopy(up, whole, work, L, rest);
            System.arraycopy(dy, whole, work, 2 * L, rest);
            swigluSlopes(work, work, 0, work, work, L, work, 2 * L, L);
            System.arraycopy(work, 0, dgate, whole, rest);
            System.arraycopy(work, L, dup, whole, rest);
        }
    }

    private static void swigluSlopes(float[] gate, float[] dgate, int go, float[] up, float[] dup, int uo, float[] dy, int yo,
                                     int count) {
        for (int i = 0; i < count; i += L) {
            FloatVector g = FloatVector.fromArray(S, gate, go + i);
            FloatVector d = FloatVector.fromArray(S, dy, yo + i);
            FloatVector s = VectorMath.sigmoid(g);
            FloatVector u = FloatVector.fromArray(S, up, uo + i);
            d.mul(u).mul(slope(g, s)).intoArray(dgate, go + i);
            d.mul(g.mul(s)).intoArray(dup, uo + i);
        }
    }

    static void addScaled(float alpha, float[] x, float[] y, int from, int to) {
        for (int i = from; i < to; i++) {
            y[i] += alpha * x[i];
        }
    }
}
