package org.soarj.tensor.reference;

import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AttentionShape;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.KernelShapes;

/** Causal attention with grouped queries, over a packed batch and over a key-value cache. */
interface Attention extends Backend {

    @Override
    default void attention(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse) {
        KernelShapes.attention(q, k, v, offsets, shape, out, lse);
        int width = shape.headDim();
        for (int sequence = 0; sequence < offsets.length - 1; sequence++) {
            int start = offsets[sequence];
            for (int row = start; row < offsets[sequence + 1]; row++) {
                for (int head = 0; head < shape.heads(); head++) {
                    int query = (row * shape.heads() + head) * width;
                    double[] scores = new double[row - start + 1];
                    for (int i = 0; i < scores.length; i++) {
                        int key = keyAt(start + i, head, shape);
                        scores[i] = shape.scale() * dot(q, query, k, key, 1, width);
                    }
                    lse.put(row * shape.heads() + head, (float) softmax(scores));
                    int value = keyAt(start, head, shape);
                    average(scores, v, value, shape.kvHeads() * width, out, query, width);
                }
            }
        }
    }

    /**
     * With s_ij = scale q_i.k_j, p_ij = e^(s_ij - lse_i) and o_i = sum_j p_ij v_j:
     * dv_j = sum_i p_ij do_i, ds_ij = p_ij (do_i.v_j - do_i.o_i), dq_i = scale sum_j ds_ij k_j, dk_j = scale sum_i ds_ij q_i.
     */
    @Override
    default void attentionBackward(Tensor q, Tensor k, Tensor v, int[] offsets, AttentionShape shape, Tensor out, Tensor lse,
                                   Tensor dout, Tensor dq, Tensor dk, Tensor dv) {
        KernelShapes.attentionBackward(q, k, v, offsets, shape, out, lse, dout, dq, dk, dv);
        int width = shape.headDim();
        double[] queries = new double[dq.size()];
        double[] keys = new double[dk.size()];
        double[] values = new double[dv.size()];
        for (int sequence = 0; sequence < offsets.length - 1; sequence++) {
            for (int row = offsets[sequence]; row < offsets[sequence + 1]; row++) {
                for (int head = 0; head < shape.heads(); head++) {
                    int query = (row * shape.heads() + head) * width;
                    double outDot = dot(dout, query, out, query, 1, width);
                    for (int seen = offsets[sequence]; seen <= row; seen++) {
                        int key = keyAt(seen, head, shape);
                        double score = shape.scale() * dot(q, query, k, key, 1, width);
                        double p = Math.exp(score - lse.at(row * shape.heads() + head));
                        double ds = p * (dot(dout, query, v, key, 1, width) - outDot);
                        for (int i = 0; i < width; i++) {
                            queries[query + i] += shape.scale() * ds * k.at(key + i);
                            keys[key + i] += shape.scale() * ds * q.at(query + i);
                            values[key + i] += p * dout.at(query + i);
                        }
                    }
                }
            }
        }
        round(queries, dq);
        round(keys, dk);
        round(values, dv);
    }

    @Override
    default void cacheWrite(Tensor k, Tensor v, int[] slots, int[] positions, AttentionShape shape, Tensor keys,
                            Tensor values) {
        KernelShapes.cacheWrite(k, v, slots, positions, shape, keys, values);
        int length = keys.shape().dim(-1);
        int width = shape.headDim();
        for (int row = 0; row < slots.length; row++) {
            for (int head = 0; head < shape.kvHeads(); head++) {
                int from = (row * shape.kvHeads() + head) * width;
                int line = (slots[row] * shape.kvHeads() + head) * width * length;
                for (int i = 0; i < width; i++) {
                    keys.put(line + i * length + positions[row], k.at(from + i));
                    values.put(line + positions[row] * width + i, v.at(from + i));
                }
            }
        }
    }

    @Override
    default void cachedAttention(Tensor q, int[] slots, int[] positions, AttentionShape shape, Tensor keys, Tensor values,
                                 Tensor out) {
        KernelShapes.cachedAttention(q, slots, positions, shape, keys, values, out);
        int length = keys.shape().dim(-1);
        int width = shape.headDim();
        for (int row = 0; row < slots.length; row++) {
            for (int head = 0; head < shape.heads(); head++) {
                int query = (row * shape.heads() + head) * width;
                int line = (slots[row] * shape.kvHeads() + head / shape.groups()) * width * length;
                double[] scores = new double[positions[row] + 1];
                for (int i = 0; i < scores.length; i++) {
                    scores[i] = shape.scale() * dot(q, query, keys, line + i, length, width);
                }
                softmax(scores);
                average(scores, values, line, width, out, query, width);
            }
        }
    }

    /** Where the key-value head that query head {@code head} reads begins in row {@code row} of k or v. */
    private static int keyAt(int row, int head, AttentionShape shape) {
        return (row * shape.kvHeads() + head / shape.groups()) * shape.headDim();
    }

    private static double dot(Tensor a, int fromA, Tensor b, int fromB, int strideB, int length) {
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (double) a.at(fromA + i) * b.at(fromB + i * strideB);
        }
        return sum;
    }

    /** Turns scores into weights that sum to 1, and returns log sum e^score. */
    private static double softmax(double[] scores) {
        double max = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            max = Math.max(max, score);
        }
        double sum = 0;
        for (double score : scores) {
            sum += Math.exp(score - max);
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.exp(scores[i] - max) / sum;
        }
        return max + Math.log(sum);
    }

    /** Writes the weighted sum of the rows of values that begin at {@code from} and lie {@code stride} apart. */
    private static void average(double[] weights, Tensor values, int from, int stride, Tensor out, int at, int width) {
        for (int i = 0; i < width; i++) {
            double sum = 0;
            for (int j = 0; j < weights.length; j++) {
                sum += weights[j] * values.at(from + j * stride + i);
            }
            out.put(at + i, (float) sum);
        }
    }

    private static void round(double[] sums, Tensor into) {
        for (int i = 0; i < sums.length; i++) {
            into.put(i, (float) sums[i]);
        }
    }
}
