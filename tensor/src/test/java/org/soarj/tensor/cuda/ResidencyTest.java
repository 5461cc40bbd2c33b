package org.soarj.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.BufferPool;
import org.soarj.tensor.DType;
import org.soarj.tensor.RowCopy;
import org.soarj.tensor.Shape;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** Which bytes go up and down, and when; products x w and copies need no kernel of ours. */
class ResidencyTest {
    private static final long CARD = 1 << 20;

    private final EmulatedDevice card = new EmulatedDevice(null, CARD);
    private final Backend backend = new CudaBackend(card, FloatProducts.F32);
    private final Tensor weights = Tensor.of(Shape.of(2, 2), new float[] {1, 3, 2, 4});
    private final Tensor x = Tensor.of(Shape.of(1, 2), new float[] {10, 1});

    @AfterEach
    void close() {
        backend.close();
    }

    /** x w, (1,2). */
    private Tensor product(Tensor w) {
        Tensor y = backend.empty(Shape.of(1, 2));
        backend.matmul(x, false, w, false, 1f, 0f, y);
        return y;
    }

    @Test
    void weightsAreUploadedOnce() {
        Tensor y = product(weights);
        long first = card.uploadedBytes;
        for (int i = 0; i < 5; i++) {
            y = product(weights.reshape(2, 2));
        }
        assertEquals(first, card.uploadedBytes);
        assertEquals(24, first);
        assertEquals(0, card.downloadedBytes);
        assertArrayEquals(new float[] {12, 34}, y.toArray());
    }

    @Test
    void weightsOf16BitsGoUpAsTheyAre() {
        Tensor stored = weights.to(DType.F16);
        // dy w: no kernel of ours would be needed but for widening, so the reading alone is looked at.
        stored.readIn(new DevicePool(card, 0, false));
        assertEquals(8, card.uploadedBytes);
    }

    @Test
    void aChangeByTheHostMakesThemGoUpAgain() {
        product(weights);
        weights.put(0, 5);
        weights.markChanged();
        assertArrayEquals(new float[] {52, 34}, product(weights).toArray());
        weights.fill(1);
        assertArrayEquals(new float[] {11, 11}, product(weights).toArray());
        weights.copyFrom(Tensor.zeros(2, 2));
        assertArrayEquals(new float[] {0, 0}, product(weights).toArray());
    }

    @Test
    void whatTheCardWroteComesToTheSameArrayWhenItIsAskedFor() {
        Tensor y = Tensor.zeros(1, 2);
        float[] mine = y.data();
        backend.matmul(x, false, weights, false, 1f, 0f, y);
        assertEquals(0, card.downloadedBytes);
        assertSame(mine, y.data());
        assertEquals(34, mine[Tensor.FIRST + 1]);
        y.toArray();
        assertEquals(8, card.downloadedBytes, "once");
        backend.matmul(x, false, weights, false, 1f, 1f, y);
        assertArrayEquals(new float[] {24, 68}, y.toArray());
    }

    @Test
    void aReadLeavesTheNumbersOnTheCardToo() {
        Tensor y = product(weights);
        y.toArray();
        long uploaded = card.uploadedBytes;
        backend.matmul(y, false, weights, false, 1f, 0f, backend.empty(Shape.of(1, 2)));
        assertEquals(uploaded, card.uploadedBytes);
        y.put(0, 1);
        y.put(1, 0);
        y.markChanged();
        Tensor z = backend.empty(Shape.of(1, 2));
        backend.matmul(y, false, weights, false, 1f, 0f, z);
        assertArrayEquals(new float[] {1, 3}, z.toArray());
    }

    @Test
    void fillsAndCopiesStayOnTheCard() {
        Tensor a = backend.zeros(Shape.of(3, 2));
        Tensor b = backend.empty(Shape.of(3, 2));
        a.fill(2);
        b.copyFrom(a);
        b.copyRows(product(weights), new RowCopy(2, 1, 0, 1, 1, 4));
        b.copyRows(b, RowCopy.of(2, 0, 2));
        assertEquals(0, card.downloadedBytes);
        assertEquals(24, card.uploadedBytes);
        assertArrayEquals(new float[] {2, 12, 2, 12, 2, 34}, b.toArray());
    }

    @Test
    void copiesBetweenHostAndCardGoThroughTheHost() {
        Tensor here = Tensor.of(Shape.of(3), new float[] {1, 2, 3});
        Tensor there = backend.zeros(Shape.of(3));
        there.copyRows(here, RowCopy.of(2, 1, 0));
        assertArrayEquals(new float[] {2, 3, 0}, there.toArray());
        there.copyFrom(here);
        assertArrayEquals(new float[] {1, 2, 3}, there.toArray());
        here.copyRows(there, RowCopy.of(1, 2, 0));
        assertArrayEquals(new float[] {3, 2, 3}, here.toArray());
    }

    @Test
    void rowsThatDoNotFitAreRefused() {
        Tensor three = Tensor.zeros(3);
        assertThrows(ShapeException.class, () -> three.copyRows(Tensor.zeros(2), RowCopy.of(3, 0, 0)));
        assertThrows(ShapeException.class, () -> three.copyRows(Tensor.zeros(9), new RowCopy(2, 2, 0, 2, 0, 2)));
        assertThrows(ShapeException.class, () -> new RowCopy(2, 2, 0, 2, 0, 1));
        three.copyRows(Tensor.zeros(0), new RowCopy(0, 5, 9, 9, 9, 9));
    }

    @Test
    void anotherBackendGetsTheNumbersThroughTheHost() {
        Tensor y = product(weights);
        EmulatedDevice second = new EmulatedDevice(null, CARD);
        try (Backend other = new CudaBackend(second, FloatProducts.F32)) {
            Tensor z = other.empty(Shape.of(1, 2));
            other.matmul(y, false, weights, false, 1f, 0f, z);
            assertArrayEquals(new float[] {80, 172}, z.toArray());
            assertArrayEquals(new float[] {12, 34}, product(weights).toArray());
        }
    }

    @Test
    void recyclingFreesTheCopyAndLeavesTheArrayToItsMaker() {
        long before = backend.memory().inUse();
        float[] mine = Tensor.vector(1, 2).data();
        Tensor own = Tensor.over(mine, Shape.of(1, 2));
        backend.matmul(x, false, weights, false, 1f, 0f, own);
        backend.recycle(own);
        assertEquals(before + 2 * 256, backend.memory().inUse(), "x and the weights");
        assertArrayEquals(Tensor.vector(1, 2).data(), mine);
        BufferPool heap = new BufferPool(CARD, true);
        Tensor lent = heap.take(Shape.of(1, 2));
        backend.matmul(x, false, weights, false, 1f, 0f, lent);
        BufferPool.recycle(lent);
        heap.take(Shape.of(1, 2)).fill(3f);
        assertEquals(before + 2 * 256, backend.memory().inUse());
    }

    @Test
    void theRestOfALongerArrayBelongsToItsMaker() {
        float[] mine = new float[Tensor.FIRST + 3];
        mine[Tensor.FIRST - 1] = 5;
        mine[Tensor.FIRST + 2] = 7;
        Tensor y = Tensor.over(mine, Shape.of(1, 2));
        backend.matmul(x, false, weights, false, 1f, 1f, y);
        y.data();
        assertArrayEquals(new float[] {5, 12, 34, 7}, Arrays.copyOfRange(mine, Tensor.FIRST - 1, mine.length));
    }

    @Test
    void threadsTakeTurns() throws InterruptedException, ExecutionException {
        Callable<Boolean> work = () -> {
            boolean right = true;
            for (int i = 1; i < 300; i++) {
                Tensor mine = backend.empty(Shape.of(1, 2));
                mine.fill(i);
                Tensor y = backend.empty(Shape.of(1, 2));
                backend.matmul(mine, false, weights, false, 1f, 0f, y);
                right &= y.at(0) == 3 * i && y.at(1) == 7 * i;
                backend.surrender(mine);
                backend.recycle(y);
            }
            return right;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (Future<Boolean> result : threads.invokeAll(Collections.nCopies(4, work))) {
                assertTrue(result.get());
            }
        }
        assertEquals(16, card.uploadedBytes, "the weights, once");
    }

    @Test
    void numbersThatOnlyTheCardHadAreGoneWithIt() {
        Tensor y = product(weights);
        backend.close();
        String message = assertThrows(IllegalStateException.class, y::data).getMessage();
        assertTrue(message.contains("when its backend was closed; read them before"), message);
        assertArrayEquals(new float[] {1, 3, 2, 4}, weights.toArray());
        assertThrows(IllegalStateException.class, () -> product(weights));
    }

    @Test
    void aProductThatFindsNoRoomGetsThatOfIdleBlocks() {
        backend.recycle(backend.zeros(Shape.of((int) (CARD / 2 / Float.BYTES))));
        assertEquals(CARD / 2, backend.memory().idle());
        card.kernelsNeed(CARD * 3 / 4);
        assertArrayEquals(new float[] {12, 34}, product(weights).toArray());
        assertEquals(0, backend.memory().idle());
        card.kernelsNeed(CARD);
        assertEquals(DeviceException.Kind.FULL, assertThrows(DeviceException.class, () -> product(weights)).kind());
    }

    @Test
    void aLostCardSaysSoAndLetsEverythingBeClosed() {
        product(weights);
        card.loseAfter(1);
        DeviceException lost = assertThrows(DeviceException.class, () -> {
            for (int i = 0; i < 3; i++) {
                product(weights);
            }
        });
        assertEquals(DeviceException.Kind.LOST, lost.kind());
        assertTrue(lost.getMessage().matches("cuda: the emulated card was lost in \\w+ or a kernel before it "
                + "\\(CUDA_ERROR_LAUNCH_FAILED\\); .* --resume"), lost.getMessage());
        backend.recycle(weights);
    }
}
