package org.soarj.tensor.cpu;

import java.util.Arrays;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;

/**
 * Operands of a product that a benchmark is named after: {@code 2048x512x512 NT} is m x n x k with b transposed,
 * {@code 512x512x2048 TN+} adds to c, {@code 256x64x64x32 NT} is a batch of 256.
 */
record GemmOperands(int batches, int m, int n, int k, boolean transposeA, boolean transposeB, float beta, Tensor a, Tensor b,
                    Tensor c) {

    static GemmOperands parse(String name) {
        String[] words = name.split(" ");
        int[] sizes = Arrays.stream(words[0].split("x")).mapToInt(Integer::parseInt).toArray();
        int last = sizes.length - 1;
        int batches = last == 3 ? sizes[0] : 1;
        int m = sizes[last - 2];
        int n = sizes[last - 1];
        int k = sizes[last];
        boolean transposeA = words[1].charAt(0) == 'T';
        boolean transposeB = words[1].charAt(1) == 'T';
        Rng rng = Rng.of(1);
        return new GemmOperands(batches, m, n, k, transposeA, transposeB, words[1].endsWith("+") ? 1 : 0,
                Tensor.gaussian(rng, 1, batches, transposeA ? k : m, transposeA ? m : k),
                Tensor.gaussian(rng, 1, batches, transposeB ? n : k, transposeB ? k : n),
                Tensor.zeros(batches, m, n));
    }

    double gflop() {
        return 2e-9 * batches * m * n * k;
    }
}
