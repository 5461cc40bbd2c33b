package org.soarj.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.soarj.tensor.DType;
import org.soarj.tensor.OwnJava;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** Products have the same bits on narrower vectors: computed in a Java of its own, which prints a digest of them. */
class VectorWidthTest {

    @ParameterizedTest
    @ValueSource(ints = {128, 256, 512})
    void productsHaveTheSameBits(int bits) throws Exception {
        assertEquals(List.of(digest()), OwnJava.lines(List.of("-Dsoarj.vectorBits=" + bits), VectorWidthTest.class));
    }

    /** Prints the digest, and fails where an element is not its chain. */
    public static void main(String[] args) {
        System.out.println(digest());
    }

    private static String digest() {
        int digest = 0;
        try (Backend backend = new CpuBackend(1)) {
            for (int size : new int[] {1, 5, 16, 37, 70, 150}) {
                for (int flags = 0; flags < 4; flags++) {
                    GemmCase product = GemmCase.random(2, size, 2 * size + 1, size + 3, flags % 2 == 1, flags > 1, 0.37f,
                            -1, size);
                    Tensor result = product.run(backend);
                    product.check(result, 97);
                    digest = 31 * digest + Arrays.hashCode(result.toArray());
                }
                for (DType dtype : new DType[] {DType.BF16, DType.F16}) {
                    digest = 31 * digest + digestStored(backend, size, dtype);
                }
            }
        }
        return Integer.toHexString(digest);
    }

    private static int digestStored(Backend backend, int rows, DType dtype) {
        Rng rng = Rng.of(rows);
        Tensor stored = Tensor.gaussian(rng, 1, 128, 43).to(dtype);
        Tensor wide = Tensor.zeros(rows, 43);
        backend.matmul(Tensor.gaussian(rng, 1, rows, 128), false, stored, false, 1, 0, wide);
        Tensor narrow = Tensor.zeros(rows, 128);
        backend.matmul(wide, false, stored, true, 1, 0, narrow);
        Tensor row = Tensor.zeros(1, 128);
        backend.matmul(Tensor.over(wide.data(), Shape.of(1, 43)), false, stored, true, 1, 0, row);
        return 31 * Arrays.hashCode(narrow.toArray()) + Arrays.hashCode(row.toArray());
    }
}
