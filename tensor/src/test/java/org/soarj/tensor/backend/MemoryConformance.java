package org.soarj.tensor.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;

/** Tensors that a backend lends and takes back. */
interface MemoryConformance extends Conformance {

    @Property(tries = TRIES)
    default void anEmptyTensorHasItsShapeAndIsNobodyElses(
            @ForAll(supplier = Width.class) int rows, @ForAll(supplier = Width.class) int cols) {
        Tensor first = backend().empty(Shape.of(rows, cols));
        first.fill(1);
        Tensor second = backend().zeros(Shape.of(rows, cols));
        assertEquals(Shape.of(rows, cols), second.shape());
        assertFalse(first.data() == second.data());
        assertArrayEquals(new float[rows * cols], second.toArray());
        assertArrayEquals(Tensor.full(1, rows, cols).toArray(), first.toArray());
        backend().recycle(first);
        backend().recycle(second);
    }

    @Example
    default void aRecycledTensorCannotBeReadThroughAnyShape() {
        Tensor tensor = backend().empty(Shape.of(2, 3));
        Tensor view = tensor.reshape(6);
        backend().recycle(tensor);
        backend().empty(Shape.of(2, 3)).fill(1);
        assertTrue(tensor.isRecycled() && view.isRecycled());
        for (Tensor gone : new Tensor[] {tensor, view}) {
            String message = assertThrows(IllegalStateException.class, gone::data).getMessage();
            assertTrue(message.startsWith(gone + ": its numbers were recycled"), message);
            assertThrows(IllegalStateException.class, gone::toArray);
            assertThrows(IllegalStateException.class, () -> gone.reshape(3, 2));
            assertThrows(IllegalStateException.class, () -> backend().map(UnaryOp.NEG, gone, Tensor.zeros(gone.shape())));
            assertThrows(IllegalStateException.class, () -> backend().recycle(gone));
        }
    }

    /** Its object may come back as another tensor, but until then it is gone, and its reshapes are for ever. */
    @Example
    default void aSurrenderedTensorIsGoneToo() {
        Tensor tensor = backend().empty(Shape.of(2, 3));
        Tensor view = tensor.reshape(6);
        backend().surrender(tensor);
        assertThrows(IllegalStateException.class, tensor::data);
        assertThrows(IllegalStateException.class, () -> backend().surrender(tensor));
        Tensor next = backend().zeros(Shape.of(3, 2));
        assertEquals(Shape.of(3, 2), next.shape());
        assertArrayEquals(new float[6], next.toArray());
        assertThrows(IllegalStateException.class, view::data);
        backend().recycle(next);
    }

    @Example
    default void theNumbersOfAForeignTensorStayItsMakers() {
        float[] mine = Tensor.vector(1, 2, 3).data();
        Tensor tensor = Tensor.over(mine, Shape.of(3));
        backend().recycle(tensor);
        backend().empty(Shape.of(3)).fill(9);
        assertArrayEquals(Tensor.vector(1, 2, 3).data(), mine);
        assertThrows(IllegalStateException.class, tensor::data);
    }

    @Example
    default void memoryInUseAndItsPeakAreCounted() {
        long before = backend().memory().inUse();
        backend().resetPeak();
        Tensor a = backend().empty(Shape.of(1000));
        Tensor b = backend().empty(Shape.of(3000));
        backend().recycle(a);
        long between = backend().memory().inUse() - before;
        backend().recycle(b);
        long largest = 4 * (1000 + 3000);
        long peak = backend().memory().peak() - before;
        assertTrue(peak >= largest && peak <= largest * 9 / 8, peak + " bytes at the peak");
        assertTrue(between >= 4 * 3000 && between <= 4 * 3000 * 9 / 8, between + " bytes in use");
        assertEquals(before, backend().memory().inUse());
        backend().resetPeak();
        assertEquals(before, backend().memory().peak());
    }

    /** What a later use of a saved tensor is recognised by. */
    @Example
    default void everyKernelMarksWhatItWritesAndNothingElse() throws ReflectiveOperationException {
        for (var kernel : ConformanceRun.kernels()) {
            ConformanceRun.run(kernel, (real, method, args) -> {
                Object[] before = ConformanceRun.copy(args);
                int[] versions = new int[args.length];
                for (int i = 0; i < args.length; i++) {
                    versions[i] = args[i] instanceof Tensor tensor ? tensor.version() : 0;
                }
                Object result = method.invoke(backend(), args);
                for (int i = 0; i < args.length; i++) {
                    if (args[i] instanceof Tensor tensor) {
                        boolean changed = !Arrays.equals(tensor.toArray(), ((Tensor) before[i]).toArray());
                        assertEquals(changed, tensor.version() > versions[i],
                                method.getName() + " marks argument " + i + " as changed");
                    }
                }
                return result;
            });
        }
    }
}
