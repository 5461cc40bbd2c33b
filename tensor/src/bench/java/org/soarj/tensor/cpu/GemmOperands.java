package org.soarj.tensor.cpu;

import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;

/**
 * Operands of a product that a benchmark is named after: {@code 2048x512x512 NT} is m x n x k with b transposed,
 * {@code 512x512x2048 TN+} adds to c.
 */
record GemmOperands(int m, int n, int k, boolean transposeA, boolean transposeB, float beta, Tensor a, Tensor b, Tensor c) {

    static GemmOperands parse(String name) {
        String[] words = name.split(" ");
        String[] sizes = words[0].split("x");
        int m = Integer.parseInt(sizes[0]);
        int n = Integer.parseInt(sizes[1]);
        int k = Integer.parseInt(sizes[2]);
        boolean transposeA = words[1].charAt(0) == 'T';
        boolean transposeB = words[1].charAt(1) == 'T';
        Rng rng = Rng.of(1);
        return new GemmOperands(m, n, k, transposeA, transposeB, words[1].endsWith("+") ? 1 : 0,
                Tensor.gaussian(rng, 1, transposeA ? k : m, transposeA ? m : k),
                Tensor.gaussian(rng, 1, transposeB ? n : k, transposeB ? k : n),
                Tensor.zeros(m, n));
    }

    double gflop() {
        return 2e-9 * m * n * k;
    }
}
