package org.soarj.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.LongSupplier;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.soarj.tensor.MemoryUse;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

class DevicePoolTest {
    private static final long MIB = 1L << 20;

    private final EmulatedDevice card = new EmulatedDevice(null, 8 * MIB);
    private final DevicePool pool = new DevicePool(card, 4 * MIB, false);

    @Property
    void aClassWastesAtMostAnEighthOrLessThanTheSmallestBlock(@ForAll @LongRange(min = 0, max = 1L << 40) long bytes) {
        long rounded = DevicePool.rounded(bytes);
        assertTrue(rounded >= bytes && (rounded - bytes <= bytes / 8 || rounded - bytes <= 256), bytes + " takes " + rounded);
        assertEquals(0, rounded % 256);
        assertEquals(rounded, DevicePool.rounded(rounded));
    }

    @Example
    void aBlockIsLentAgainToItsWholeClass() {
        DeviceBlock first = pool.allocate(100_000);
        first.release();
        DeviceBlock second = pool.allocate(99_000);
        assertEquals(first.address(), second.address());
        assertNotEquals(first.address(), pool.allocate(100_000).address());
        assertEquals(2, card.allocations);
        first.release();
        assertEquals(2 * DevicePool.rounded(100_000), pool.use().inUse(), "a block goes back once");
    }

    @Example
    void idleBlocksAreKeptUpToALimit() {
        DeviceBlock[] blocks = {pool.allocate(2 * MIB), pool.allocate(MIB), pool.allocate(2 * MIB)};
        for (DeviceBlock block : blocks) {
            block.release();
        }
        assertEquals(new MemoryUse(0, 5 * MIB, 3 * MIB), pool.use());
        assertEquals(3 * MIB, card.allocatedBytes());
    }

    @Example
    void aFullCardGetsItsIdleBlocksBack() {
        pool.allocate(3 * MIB).release();
        pool.allocate(6 * MIB);
        assertEquals(6 * MIB, card.allocatedBytes());
    }

    @Example
    void aFullCardGetsTheBlocksOfLostTensorsBack() {
        for (int i = 0; i < 20; i++) {
            Tensor.onDevice(Shape.of((int) (3 * MIB / Float.BYTES)), pool.allocate(3 * MIB));
        }
        assertTrue(card.allocatedBytes() <= 8 * MIB);
    }

    @Example
    void whoAsksForTooMuchIsToldHowMuchThereIs() {
        DeviceBlock held = pool.allocate(6 * MIB);
        DeviceException full = assertThrows(DeviceException.class, () -> pool.allocate(3 * MIB));
        assertEquals(DeviceException.Kind.FULL, full.kind());
        assertEquals("cuda: the card's memory is full: 3 MiB more were asked for beside 6 MiB in use, and 2 MiB of its 8 MiB are "
                + "free; compute fewer tokens at once, try --checkpointing for training, or use --device cpu", full.getMessage());
        held.release();
        pool.allocate(3 * MIB);
    }

    @Example
    void aCardThatFailsInClosingIsClosed() {
        pool.allocate(MIB);
        pool.allocate(MIB).release();
        card.failToFree();
        assertThrows(DeviceException.class, pool::close);
        assertTrue(card.isClosed());
    }

    @Example
    void tenThousandStepsLeaveTheMemoryLevel() {
        try (Backend backend = new CudaBackend(card, FloatProducts.F32)) {
            assertEquals(0, growthInTenThousandSteps(backend, card::allocatedBytes));
            assertEquals(DevicePool.rounded(256), backend.memory().inUse(), "the weights alone");
        }
        assertEquals(0, card.allocatedBytes());
        assertTrue(card.isClosed());
    }

    /** Bytes of a card that steps with tensors of several sizes take after the first hundred. */
    static long growthInTenThousandSteps(Backend backend, LongSupplier taken) {
        Rng rng = Rng.of(1);
        Tensor weights = Tensor.gaussian(rng, 1f, 8, 8);
        long level = 0;
        for (int step = 0; step < 10_000; step++) {
            Tensor x = Tensor.gaussian(rng, 1f, 2 + step % 7, 8);
            Tensor y = backend.empty(Shape.of(x.rows(), 8));
            backend.matmul(x, false, weights, true, 1f, 0f, y);
            Tensor z = backend.zeros(Shape.of(x.rows(), 8));
            z.copyFrom(y);
            backend.recycle(x);
            backend.surrender(y);
            backend.recycle(z);
            level = step == 100 ? taken.getAsLong() : level;
        }
        return taken.getAsLong() - level;
    }
}
