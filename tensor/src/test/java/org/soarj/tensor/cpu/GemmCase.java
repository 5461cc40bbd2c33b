package org.soarj.tensor.cpu;

import org.soarj.tensor.Rng;
import org.soarj.tensor.RowCopy;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.Close;

/** Operands of a product, and what each element of it must be to the bit. c holds NaN where it must not be read. */
record GemmCase(int batches, int m, int n, int k, boolean transposeA, boolean transposeB, float alpha, float beta,
                Tensor a, Tensor b, Tensor c) {

    static GemmCase random(int batches, int m, int n, int k, boolean transposeA, boolean transposeB, float alpha, float beta,
                           long seed) {
        Rng rng = Rng.of(seed);
        return new GemmCase(batches, m, n, k, transposeA, transposeB, alpha, beta,
                Tensor.gaussian(rng, 1, batches, transposeA ? k : m, transposeA ? m : k),
                Tensor.gaussian(rng, 1, batches, transposeB ? n : k, transposeB ? k : n),
                beta == 0 ? Tensor.full(Float.NaN, batches, m, n) : Tensor.gaussian(rng, 1, batches, m, n));
    }

    static GemmCase random(int m, int n, int k, boolean transposeA, boolean transposeB, long seed) {
        return random(1, m, n, k, transposeA, transposeB, 1, 0, seed);
    }

    /** Row i of a times b; a must not be transposed. */
    GemmCase row(int i) {
        Tensor row = Tensor.zeros(1, 1, k);
        row.copyRows(a, RowCopy.of(k, i * k, 0));
        return new GemmCase(1, 1, n, k, false, transposeB, alpha, beta, row, b, Tensor.full(Float.NaN, 1, 1, n));
    }

    Tensor run(Backend backend) {
        Tensor result = c.copy();
        backend.batchedMatmul(a, transposeA, b, transposeB, alpha, beta, result);
        return result;
    }

    /** One chain of fused multiply-adds over k, ascending, that starts from beta c. */
    float chain(int batch, int i, int j) {
        float sum = beta == 0 ? 0 : c.get(batch, i, j) * beta;
        for (int p = 0; p < k; p++) {
            float left = transposeA ? a.get(batch, p, i) : a.get(batch, i, p);
            float right = transposeB ? b.get(batch, j, p) : b.get(batch, p, j);
            sum = Math.fma(left * alpha, right, sum);
        }
        return sum;
    }

    /** Every {@code step}-th element of {@code result} and the last one are their chains, bit for bit. */
    void check(Tensor result, int step) {
        int last = result.size() - 1;
        for (int at = 0; at <= last; at = at == last ? last + 1 : Math.min(last, at + step)) {
            float expected = chain(at / (m * n), at / n % m, at % n);
            Close.sameBits(Tensor.scalar(expected), Tensor.scalar(result.at(at)));
        }
    }
}
