package org.soarj.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.backend.AttentionShape;

/**
 * Causal attention, one query row at a time against keys that were transposed to (D, T), so that the scores of
 * neighbouring positions are neighbouring lanes and no score needs a sum across lanes.
 *
 * <p>{@link #row} is the only place where scores, softmax and the weighted sum of values are computed. The packed forward
 * pass and the cached step both call it, which is why a sampled token's log-probability is the trained one to the bit.
 */
final class Attention {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    /** Lengths of scratch rows and caches are multiples of this, so that full vectors may be read past the end. */
    private static final int PADDING = Lanes.SUM_LANES;

    private Attention() {}

    static int padded(int length) {
        return (length + PADDING - 1) / PADDING * PADDING;
    }

    /** One head's keys or values: element (position j, i of D) is at offset + j*stride + i, or at offset + i*stride + j. */
    record Head(float[] data, int offset, int stride) {}

    /**
     * out = softmax(scale q k) v over the first {@code length} positions; returns the logsumexp of the scaled scores.
     *
     * @param keys transposed: element (i of D, position j) at offset + i*stride + j; stride at least padded(length)
     * @param values element (position j, i of D) at offset + j*stride + i
     * @param scores scratch of padded(length) numbers, holds the probabilities afterwards
     */
    static float row(float[] q, int qo, Head keys, Head values, int length, int d, float scale, float[] out, int oo,
                     float[] scores) {
        products(q, qo, scale, keys, length, d, scores);
        float max = Lanes.max(scores, 0, length);
        VectorMath.expRow(scores, 0, max, scores, 0, length);
        float sum = Lanes.sum(scores, 0, length);
        Rows.scale(1f / sum, scores, 0, length);
        weightedSum(scores, values, length, d, out, oo);
        return max + (float) StrictMath.log(sum);
    }

    /** to[j] = scale sum over i of x[i] transposed[i, j]; writes padded(length) numbers, those past length are rubbish. */
    static void products(float[] x, int xo, float scale, Head transposed, int length, int d, float[] to) {
        int j = 0;
        for (; j + 4 * L <= length; j += 4 * L) {
            FloatVector s0 = FloatVector.zero(S), s1 = s0, s2 = s0, s3 = s0;
            int at = transposed.offset + j;
            for (int i = 0; i < d; i++, at += transposed.stride) {
                FloatVector xi = FloatVector.broadcast(S, x[xo + i]);
                s0 = xi.fma(FloatVector.fromArray(S, transposed.data, at), s0);
                s1 = xi.fma(FloatVector.fromArray(S, transposed.data, at + L), s1);
                s2 = xi.fma(FloatVector.fromArray(S, transposed.data, at + 2 * L), s2);
                s3 = xi.fma(FloatVector.fromArray(S, transposed.data, at + 3 * L), s3);
            }
            s0.mul(scale).intoArray(to, j);
            s1.mul(scale).intoArray(to, j + L);
            s2.mul(scale).intoArray(to, j + 2 * L);
            s3.mul(scale).intoArray(to, j + 3 * L);
        }
        for (; j < length; j += L) {
            FloatVector s = FloatVector.zero(S);
            int at = transposed.offset + j;
            for (int i = 0; i < d; i++, at += transposed.stride) {
                s = FloatVector.broadcast(S, x[xo + i]).fma(FloatVector.fromArray(S, transposed.data, at), s);
            }
            s.mul(scale).intoArray(to, j);
        }
    }

    /** out[i] = sum over j, ascending, of weights[j] rows[j, i]. */
    static void weightedSum(float[] weights, Head rows, int length, int d, float[] out, int oo) {
        for (int i = 0; i < d; i += L) {
            FloatVector acc = FloatVector.zero(S);
            int at = rows.offset + i;
            if (i + L <= d) {
                for (int j = 0; j < length; j++, at += rows.stride) {
                    acc = FloatVector.broadcast(S, weights[j]).fma(FloatVector.fromArray(S, rows.data, at), acc);
                }
                acc.intoArray(out, oo + i);
            } else {
                VectorMask<Float> in = S.indexInRange(i, d);
                for (int j = 0; j < length; j++, at += rows.stride) {
                    acc = FloatVector.broadcast(S, weights[j]).fma(FloatVector.fromArray(S, rows.data, at, in), acc);
                }
                acc.intoArray(out, oo + i, in);
            }
        }
    }

    /** The (D, T) transpose of one head of packed rows, each of its rows padded. */
    private static Head transposed(float[] rows, int offset, int stride, int length, int d) {
        int width = padded(length);
        float[] to = new float[d * width];
        for (int j = 0; j < length; j++) {
            for (int i = 0; i < d; i++) {
                to[i * width + j] = rows[offset + j * stride + i];
            }
        }
        return new Head(to, 0, width);
    }

    /** All query heads of key-value head {@code kv} over the sequence of rows [from, to). */
    static void forward(float[] q, float[] k, float[] v, int from, int to, int kv, AttentionShape shape, float[] out,
                        float[] lse) {
        int d = shape.headDim();
        int length = to - from;
        int queryStride = shape.heads() * d;
        int keyStride = shape.kvHeads() * d;
        Head keys = transposed(k, from * keyStride + kv * d, keyStride, length, d);
        Head values = new Head(v, from * keyStride + kv * d, keyStride);
        float[] scores = new float[padded(length)];
        for (int head = kv * shape.groups(); head < (kv + 1) * shape.groups(); head++) {
            for (int t = 0; t < length; t++) {
                int at = (from + t) * queryStride + head * d;
                lse[(from + t) * shape.heads() + head] =
                        row(q, at, keys, values, t + 1, d, shape.scale(), out, at, scores);
            }
        }
    }

    /** The tensors of one backward pass. */
    record Backward(float[] q, float[] k, float[] v, float[] out, float[] lse, float[] dout, float[] dq, float[] dk,
                    float[] dv) {}

    /**
     * With p = softmax(s), s = scale q k: dv[j] += p[j] dout; dp[j] = dout v[j]; ds[j] = p[j] (dp[j] - dout out);
     * dq = scale sum ds[j] k[j]; dk[j] += scale ds[j] q. Probabilities are made again from lse.
     */
    static void backward(Backward x, int from, int to, int kv, AttentionShape shape) {
        int d = shape.headDim();
        int length = to - from;
        int queryStride = shape.heads() * d;
        int keyStride = shape.kvHeads() * d;
        int keyOffset = from * keyStride + kv * d;
        Head keysT = transposed(x.k, keyOffset, keyStride, length, d);
        Head valuesT = transposed(x.v, keyOffset, keyStride, length, d);
        Head keys = new Head(x.k, keyOffset, keyStride);
        float[] p = new float[padded(length)];
        float[] ds = new float[padded(length)];
        for (int j = 0; j < length; j++) {
            Arrays.fill(x.dk, keyOffset + j * keyStride, keyOffset + j * keyStride + d, 0f);
            Arrays.fill(x.dv, keyOffset + j * keyStride, keyOffset + j * keyStride + d, 0f);
        }
        for (int head = kv * shape.groups(); head < (kv + 1) * shape.groups(); head++) {
            for (int t = 0; t < length; t++) {
                int at = (from + t) * queryStride + head * d;
                products(x.q, at, shape.scale(), keysT, t + 1, d, p);
                VectorMath.expRow(p, 0, x.lse[(from + t) * shape.heads() + head], p, 0, t + 1);
                products(x.dout, at, 1f, valuesT, t + 1, d, ds);
                float inner = Lanes.dot(x.dout, at, x.out, at, d);
                for (int j = 0; j <= t; j++) {
                    ds[j] = p[j] * (ds[j] - inner) * shape.scale();
                }
                weightedSum(ds, keys, t + 1, d, x.dq, at);
                addOuter(ds, x.q, at, t + 1, d, x.dk, keyOffset, keyStride);
                addOuter(p, x.dout, at, t + 1, d, x.dv, keyOffset, keyStride);
            }
        }
    }

    /** rows[j, i] += weights[j] x[i]. */
    private static void addOuter(float[] weights, float[] x, int xo, int length, int d, float[] rows, int offset,
                                 int stride) {
        for (int i = 0; i < d; i += L) {
            int at = offset + i;
            if (i + L <= d) {
                FloatVector xi = FloatVector.fromArray(S, x, xo + i);
                for (int j = 0; j < length; j++, at += stride) {
                    xi.fma(FloatVector.broadcast(S, weights[j]), FloatVector.fromArray(S, rows, at)).intoArray(rows, at);
                }
            } else {
                VectorMask<Float> in = S.indexInRange(i, d);
                FloatVector xi = FloatVector.fromArray(S, x, xo + i, in);
                for (int j = 0; j < length; j++, at += stride) {
                    xi.fma(FloatVector.broadcast(S, weights[j]), FloatVector.fromArray(S, rows, at, in))
                            .intoArray(rows, at, in);
                }
            }
        }
    }
}
