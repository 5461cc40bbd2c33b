package org.soarj.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BufferPoolTest {

    @Property
    void aClassWastesAtMostAnEighth(@ForAll @IntRange(min = 0, max = Shape.MOST) int size) {
        int capacity = BufferPool.capacity(size);
        assertTrue(capacity >= size && capacity - size <= size / 8, size + " takes " + capacity);
        assertEquals(capacity, BufferPool.capacity(capacity));
    }

    @Example
    void anArrayIsLentAgainToItsWholeClass() {
        BufferPool pool = new BufferPool(1 << 20, false);
        Tensor first = pool.take(Shape.of(1000));
        float[] array = first.data();
        BufferPool.recycle(first);
        assertSame(array, pool.take(Shape.of(31, 32)).data());
        assertNotSame(array, pool.take(Shape.of(1000)).data());
        assertEquals(new MemoryUse(8192, 8192, 0), pool.use());
    }

    @Example
    void aSurrenderedTensorIsLentAgainAndARecycledOneIsNot() {
        BufferPool pool = new BufferPool(1 << 20, false);
        Tensor first = pool.take(Shape.of(1000));
        Tensor view = first.reshape(10, 100);
        BufferPool.surrender(first);
        assertThrows(IllegalStateException.class, first::data);
        assertThrows(IllegalStateException.class, () -> BufferPool.surrender(first));
        Tensor second = pool.take(Shape.of(4, 250));
        assertSame(first, second);
        assertEquals(Shape.of(4, 250), second.shape());
        assertFalse(second.isRecycled());
        assertThrows(IllegalStateException.class, view::data);
        BufferPool.recycle(second);
        assertNotSame(second, pool.take(Shape.of(4, 250)));
        assertThrows(IllegalStateException.class, second::data);
    }

    @Example
    void anArrayOfNoPoolIsSurrenderedToNobody() {
        Tensor own = Tensor.vector(1f, 2f);
        BufferPool.surrender(own);
        assertTrue(own.isRecycled());
    }

    @Example
    void theLastOneBackIsTheFirstOneOut() {
        BufferPool pool = new BufferPool(1 << 20, false);
        Tensor cold = pool.take(Shape.of(10));
        Tensor warm = pool.take(Shape.of(10));
        float[] expected = warm.data();
        BufferPool.recycle(cold);
        BufferPool.recycle(warm);
        assertSame(expected, pool.take(Shape.of(10)).data());
    }

    @Example
    void whatLayIdleLongestIsDroppedFirst() {
        BufferPool pool = new BufferPool(4 * (104 + 208), false);
        Tensor[] tensors = {pool.take(Shape.of(100)), pool.take(Shape.of(200)), pool.take(Shape.of(100))};
        float[] large = tensors[1].data();
        float[] small = tensors[2].data();
        for (Tensor tensor : tensors) {
            BufferPool.recycle(tensor);
        }
        assertTrue(pool.use().idle() <= 4 * (104 + 208), pool.use().toString());
        assertSame(small, pool.take(Shape.of(100)).data());
        assertSame(large, pool.take(Shape.of(200)).data());
    }

    @Example
    void poisonShowsInNewAndInRecycledArrays() {
        BufferPool pool = new BufferPool(1 << 20, true);
        Tensor tensor = pool.take(Shape.of(17));
        float[] array = tensor.data();
        assertEquals(Tensor.FIRST + 18, array.length);
        for (int round = 0; round < 2; round++) {
            for (float value : array) {
                assertTrue(Float.isNaN(value));
            }
            tensor = pool.take(Shape.of(17));
            tensor.fill(1);
            array = tensor.data();
            BufferPool.recycle(tensor);
        }
    }

    @Example
    void aTensorThatNobodyGivesBackIsNoLeak() throws InterruptedException {
        BufferPool pool = new BufferPool(0, false);
        assertEquals(4096 + 48, pool.take(Shape.of(1024)).data().length * 4);
        for (int i = 0; i < 200 && pool.use().inUse() > 0; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertEquals(new MemoryUse(0, 4096, 0), pool.use());
    }

    @Example
    void threadsNeverShareAnArray() throws Exception {
        BufferPool pool = new BufferPool(1 << 20, false);
        Callable<Boolean> work = () -> {
            boolean alone = true;
            for (int i = 0; i < 2000; i++) {
                float mine = Thread.currentThread().threadId();
                Tensor tensor = pool.take(Shape.of(64));
                tensor.fill(mine);
                Thread.onSpinWait();
                for (float value : tensor.toArray()) {
                    alone &= value == mine;
                }
                BufferPool.recycle(tensor);
            }
            return alone;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                results.add(threads.submit(work));
            }
            for (Future<Boolean> result : results) {
                assertTrue(result.get());
            }
        }
        assertEquals(0, pool.use().inUse());
    }
}
