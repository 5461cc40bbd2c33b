package org.soarj.tensor;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Lends arrays of floats as tensors and takes them back, so that a steady loop allocates next to nothing.
 *
 * <p>Sizes are rounded up to classes at most 1/8 apart. Among arrays of one class the last one given back is lent first:
 * it is the likeliest to be in a cache. When more bytes lie idle than allowed, the arrays that lay idle longest go to the
 * garbage collector. A tensor that nobody gives back is no leak: the collector takes it, and the count of bytes in use
 * with it.
 *
 * <p>Safe for use by several threads.
 */
public final class BufferPool {
    /** Sizes below 2^(this + 1) have a class each, the ranges between higher powers of two 2^this classes. */
    private static final int CLASS_BITS = 3;
    /** The class of {@link Shape#MOST}, to which the largest sizes are cut short. */
    private static final int LAST_CLASS = 29 << CLASS_BITS;

    private final long idleLimit;
    private final boolean poison;
    private final ReferenceQueue<Storage> collected = new ReferenceQueue<>();
    private final Set<Loan> loans = new HashSet<>();
    private final ArrayDeque<Storage>[] idle;
    private long clock;
    private long bytesInUse;
    private long peakBytes;
    private long idleBytes;

    /** Finds out when a storage is collected that was never given back. */
    static final class Loan extends PhantomReference<Storage> {
        private final long bytes;

        Loan(Storage storage, ReferenceQueue<Storage> queue) {
            super(storage, queue);
            bytes = bytes(storage);
        }
    }

    /**
     * @param idleLimit most bytes that may lie idle
     * @param poison whether to fill arrays with NaN before they are lent for the first time and when they come back, so
     *     that reading what nobody wrote shows; meant for tests
     */
    public BufferPool(long idleLimit, boolean poison) {
        this.idleLimit = idleLimit;
        this.poison = poison;
        @SuppressWarnings({"unchecked", "rawtypes"})
        ArrayDeque<Storage>[] classes = new ArrayDeque[LAST_CLASS + 1];
        idle = classes;
    }

    /** A tensor whose numbers are undefined; its array may be longer than its size. */
    public Tensor take(Shape shape) {
        Storage storage = lend(capacity(shape.size()));
        Tensor surrendered = storage.surrendered;
        if (surrendered == null) {
            return new Tensor(shape, storage);
        }
        storage.surrendered = null;
        return surrendered.lendAgain(shape);
    }

    /**
     * Takes back the numbers of {@code tensor}, of whatever pool they came from: reading them through it or its reshapes
     * is an error from now on. An array that no pool made is left as it is.
     *
     * @throws IllegalStateException when they were given back before
     */
    public static void recycle(Tensor tensor) {
        Storage storage = tensor.retire();
        if (storage.home != null) {
            storage.home.giveBack(storage);
        }
    }

    /**
     * {@link #recycle} by the only holder of {@code tensor}: the object itself may be lent again, with another shape, so that
     * whoever had kept it would read the numbers of another tensor.
     *
     * @throws IllegalStateException when the numbers were given back before
     */
    public static void surrender(Tensor tensor) {
        Storage storage = tensor.retire();
        if (storage.home != null) {
            storage.surrendered = tensor;
            storage.home.giveBack(storage);
        }
    }

    /**
     * Bytes of the arrays now lent, the most ever lent at one time since {@link #resetPeak}, and those lying idle; without the few
     * before each array's {@link Tensor#FIRST}.
     */
    public synchronized MemoryUse use() {
        forgetCollected();
        return new MemoryUse(bytesInUse, peakBytes, idleBytes);
    }

    /** Starts counting the peak from what is in use now. */
    public synchronized void resetPeak() {
        forgetCollected();
        peakBytes = bytesInUse;
    }

    private synchronized Storage lend(int capacity) {
        forgetCollected();
        ArrayDeque<Storage> same = idle[sizeClass(capacity)];
        Storage storage = same == null ? null : same.pollLast();
        if (storage == null) {
            storage = allocate(capacity);
        } else {
            idleBytes -= bytes(storage);
        }
        bytesInUse += bytes(storage);
        peakBytes = Math.max(peakBytes, bytesInUse);
        return storage;
    }

    private Storage allocate(int capacity) {
        float[] data;
        try {
            data = Storage.array(capacity);
        } catch (OutOfMemoryError full) {
            if (idleBytes == 0) {
                throw full;
            }
            evictDownTo(0);
            data = Storage.array(capacity);
        }
        if (poison) {
            Arrays.fill(data, Float.NaN);
        }
        Storage storage = new Storage(data, this);
        storage.loan = new Loan(storage, collected);
        loans.add(storage.loan);
        return storage;
    }

    private synchronized void giveBack(Storage storage) {
        if (poison) {
            Arrays.fill(storage.data, Float.NaN);
        }
        int sizeClass = sizeClass(capacity(storage));
        if (idle[sizeClass] == null) {
            idle[sizeClass] = new ArrayDeque<>();
        }
        idle[sizeClass].addLast(storage);
        storage.idleSince = clock++;
        bytesInUse -= bytes(storage);
        idleBytes += bytes(storage);
        evictDownTo(idleLimit);
    }

    private void evictDownTo(long limit) {
        while (idleBytes > limit) {
            ArrayDeque<Storage> oldest = null;
            for (ArrayDeque<Storage> some : idle) {
                if (some != null && !some.isEmpty()
                        && (oldest == null || some.getFirst().idleSince < oldest.getFirst().idleSince)) {
                    oldest = some;
                }
            }
            Storage evicted = oldest.removeFirst();
            evicted.loan.clear();
            loans.remove(evicted.loan);
            idleBytes -= bytes(evicted);
        }
    }

    /** What lies idle is held by the pool, so a storage that was collected was in use. */
    private void forgetCollected() {
        for (var loan = collected.poll(); loan != null; loan = collected.poll()) {
            Loan lost = (Loan) loan;
            if (loans.remove(lost)) {
                bytesInUse -= lost.bytes;
            }
        }
    }

    private static int capacity(Storage storage) {
        return storage.data.length - Tensor.FIRST;
    }

    private static long bytes(Storage storage) {
        return (long) Float.BYTES * capacity(storage);
    }

    /** The smallest size of a class that holds {@code size} numbers. */
    static int capacity(int size) {
        int step = 1 << Math.max(0, 31 - Integer.numberOfLeadingZeros(size) - CLASS_BITS);
        long rounded = ((long) size + step - 1) / step * step;
        return (int) Math.min(rounded, Shape.MOST);
    }

    private static int sizeClass(int capacity) {
        int exponent = Math.max(0, 31 - Integer.numberOfLeadingZeros(capacity) - CLASS_BITS);
        return capacity == Shape.MOST ? LAST_CLASS : (exponent << CLASS_BITS) + (capacity >>> exponent);
    }
}
