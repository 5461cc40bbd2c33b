package org.soarj.tensor.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.reference.ReferenceBackend;

class RecordingTest {

    /** Two products, the second over the memory of the first's left-over. */
    private static Tensor work(Backend backend, Tensor x, Tensor w, int[] rows) {
        Tensor chosen = backend.empty(Shape.of(2, 3));
        backend.gather(x, rows, chosen);
        Tensor y = backend.empty(Shape.of(2, 3));
        backend.matmul(chosen, false, w, true, 1f, 0f, y);
        backend.recycle(chosen);
        Tensor z = backend.empty(Shape.of(2, 3));
        backend.map(UnaryOp.SQUARE, y, z);
        backend.recycle(y);
        Tensor sum = backend.zeros(Shape.of(2, 3));
        backend.addScaled(2f, z, sum);
        return sum;
    }

    @Test
    void replayDoesTheWorkOnTheNumbersOfNow() {
        Tensor x = Tensor.gaussian(Rng.of(1), 1f, 4, 3);
        Tensor w = Tensor.gaussian(Rng.of(2), 1f, 3, 3);
        int[] rows = {0, 1};
        Backend backend = new ReferenceBackend();
        try (Recording recording = new Recording(backend)) {
            Tensor result = work(recording, x, w, rows);
            assertArrayEquals(work(backend, x, w, rows).toArray(), result.toArray());
            for (int round = 0; round < 3; round++) {
                rows[0] = round;
                rows[1] = 3 - round;
                x.fill(round - 0.5f);
                x.put(5, round);
                float[] before = result.toArray();
                recording.replay();
                assertArrayEquals(work(backend, x, w, rows).toArray(), result.toArray());
                assertEquals(false, Arrays.equals(before, result.toArray()));
            }
        }
    }

    @Test
    void recycledTensorsAreUsedAgainAndGivenBackAtTheEnd() {
        Backend backend = new ReferenceBackend();
        Tensor kept;
        try (Recording recording = new Recording(backend)) {
            Tensor first = recording.empty(Shape.of(2, 3));
            recording.recycle(first.reshape(6));
            recording.recycle(first);
            assertSame(first, recording.empty(Shape.of(2, 3)));
            kept = recording.empty(Shape.of(2, 3));
            assertEquals(false, kept.sharesWith(first));
        }
        assertEquals(0, backend.memory().inUse());
        assertThrows(IllegalStateException.class, kept::data);
    }

    /** Each kernel's property runs on a recording, and once more on what its replay makes. */
    @Test
    void everyKernelIsPassedOn() throws ReflectiveOperationException {
        for (Method kernel : ConformanceRun.kernels()) {
            int[] calls = new int[1];
            ConformanceRun.run(kernel, (real, method, args) -> {
                if (!method.equals(kernel) || kernel.getName().equals("sumOfSquares")) {
                    return method.invoke(real, args);
                }
                calls[0]++;
                try (Recording recording = new Recording(real)) {
                    return method.invoke(recording, args);
                }
            });
            assertEquals(!kernel.getName().equals("sumOfSquares"), calls[0] > 0, kernel::getName);
        }
    }

    @Test
    void aNumberCannotBeRecorded() {
        Recording recording = new Recording(new ReferenceBackend());
        assertThrows(UnsupportedOperationException.class, () -> recording.sumOfSquares(Tensor.vector(1, 2)));
    }
}
