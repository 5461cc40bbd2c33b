package org.soarj.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.Close;
import org.soarj.tensor.backend.UnaryOp;

/** Floats that products take in 16 bits are rounded once, again when they change, and never at the cost of memory that is needed. */
@AddLifecycleHook(WithoutEmulator.class)
class HalvesTest {
    private static final int SIDE = 24;

    private final Rng rng = Rng.of(1);

    private Tensor matrix() {
        return Tensor.gaussian(rng, 1f, SIDE, SIDE);
    }

    /** The product with factors rounded on the host. */
    private static void isProduct(Tensor a, Tensor b, Tensor actual) {
        Tensor squares = Tensor.full(SIDE, SIDE, SIDE);
        Tensor expected = Tensor.zeros(SIDE, SIDE);
        CudaConformance.REFERENCE.matmul(a.to(DType.BF16).to(DType.F32), false, b.to(DType.BF16).to(DType.F32), true, 1f, 0f, expected);
        Close.nearSum(expected, actual, squares, Close.SUM);
    }

    @Example
    void aFactorOfSeveralProductsIsRoundedOnce() {
        try (EmulatedCuda cuda = EmulatedCuda.open(FloatProducts.BF16)) {
            Backend backend = cuda.backend();
            Tensor x = matrix();
            Tensor w = matrix();
            Tensor y = backend.empty(Shape.of(SIDE, SIDE));
            backend.matmul(x, false, w, true, 1f, 0f, y);
            assertEquals(2, cuda.launches());
            backend.matmul(w, false, x, true, 1f, 0f, y);
            backend.matmul(x, false, w.to(DType.BF16), true, 1f, 0f, y);
            assertEquals(2, cuda.launches());
            isProduct(x, w, y);
        }
    }

    @Example
    void whateverChangesAFactorHasItRoundedAgain() {
        try (EmulatedCuda cuda = EmulatedCuda.open(FloatProducts.BF16)) {
            Backend backend = cuda.backend();
            Tensor x = backend.empty(Shape.of(SIDE, SIDE));
            Tensor w = matrix();
            Tensor y = backend.empty(Shape.of(SIDE, SIDE));
            List<Runnable> changes = List.of(() -> x.copyFrom(matrix()), () -> backend.map(UnaryOp.NEG, x, x),
                    () -> backend.addScaled(0.5f, w, x), () -> x.fill(3f), () -> backend.matmul(w, true, w, false, 1f, 0f, x),
                    () -> {
                        x.put(7, 9f);
                        x.markChanged();
                    });
            for (Runnable change : changes) {
                change.run();
                backend.matmul(x, false, w, true, 1f, 0f, y);
                isProduct(x.copy(), w, y);
            }
        }
    }

    @Example
    void halvesGoWithTheirFloats() {
        try (EmulatedCuda cuda = EmulatedCuda.open(FloatProducts.BF16)) {
            Backend backend = cuda.backend();
            List<Tensor> tensors = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                tensors.add(backend.empty(Shape.of(SIDE, SIDE)));
                tensors.getLast().copyFrom(matrix());
            }
            long before = backend.memory().inUse();
            backend.matmul(tensors.get(0), false, tensors.get(1), true, 1f, 0f, tensors.get(2));
            assertTrue(backend.memory().inUse() > before);
            tensors.forEach(backend::recycle);
            assertEquals(0, backend.memory().inUse());
        }
    }

    @Example
    void aFullCardComputesWithoutThem() {
        try (EmulatedCuda cuda = EmulatedCuda.open(FloatProducts.BF16, 80 << 10)) {
            Backend backend = cuda.backend();
            long bytes = 4L * 64 * 64;
            List<Tensor> tensors = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                tensors.add(backend.empty(Shape.of(64, 64)));
                tensors.getLast().fill(1f);
            }
            assertEquals(4 * bytes, backend.memory().inUse(), "room is left for two factors in 16 bits");
            for (int i = 0; i < 9; i++) {
                backend.matmul(tensors.get(i % 3), false, tensors.get((i + 1) % 3), true, 1f / 64, 0f, tensors.get(3));
                Close.sameBits(Tensor.full(1f, 64, 64), tensors.get(3));
            }
        }
    }
}
