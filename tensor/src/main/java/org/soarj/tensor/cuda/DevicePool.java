package org.soarj.tensor.cuda;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.WeakHashMap;
import org.soarj.tensor.DeviceMemory;
import org.soarj.tensor.MemoryUse;

/**
 * Lends blocks of a card's memory and takes them back, so that a steady loop asks the driver for none: its allocation waits
 * for the card. Sizes are rounded up to classes at most 1/8 apart.
 *
 * <p>All work on the card is done in one order, so a block may be lent again while a kernel still waits to read it. A block
 * that nobody gives back is no leak: it returns when its tensor is collected. When the card is full, the idle blocks go
 * back to the driver, then those of tensors that a collection finds, before the caller is told.
 *
 * <p>Its monitor is the one that all work with the card holds.
 */
final class DevicePool implements DeviceMemory {
    private static final long SMALLEST = 256;
    private static final int COLLECTIONS = 5;
    private static final long COLLECTION_MILLIS = 20;

    private final Device device;
    private final long idleLimit;
    private final boolean poison;
    private final ReferenceQueue<DeviceBlock> collected = new ReferenceQueue<>();
    private final Set<Loan> loans = new HashSet<>();
    private final TreeMap<Long, ArrayDeque<Long>> idle = new TreeMap<>();
    /** Blocks that may hold halves; those that nobody else holds are collected. */
    private final Set<DeviceBlock> withHalves = Collections.newSetFromMap(new WeakHashMap<>());
    private final KernelLaunch kernel = new KernelLaunch(this);
    private long bytesInUse;
    private long peakBytes;
    private long idleBytes;
    private boolean closed;

    /** Finds out when a block is collected that was never given back. */
    static final class Loan extends PhantomReference<DeviceBlock> {
        private final long address;
        private final long bytes;

        Loan(DeviceBlock block, ReferenceQueue<DeviceBlock> queue, long bytes) {
            super(block, queue);
            this.address = block.address();
            this.bytes = bytes;
        }
    }

    /**
     * @param idleLimit most bytes that may lie idle
     * @param poison whether to fill blocks with NaN when they are lent, so that reading what nobody wrote shows
     */
    DevicePool(Device device, long idleLimit, boolean poison) {
        this.device = device;
        this.idleLimit = idleLimit;
        this.poison = poison;
    }

    Device device() {
        return device;
    }

    /** Launches the kernels that work on its blocks. */
    KernelLaunch kernel() {
        return kernel;
    }

    @Override
    public synchronized DeviceBlock allocate(long bytes) {
        if (closed) {
            throw new IllegalStateException("cuda: the backend is closed; open it again");
        }
        takeBackCollected();
        long rounded = rounded(bytes);
        ArrayDeque<Long> same = idle.get(rounded);
        long address;
        if (same == null || same.isEmpty()) {
            address = allocateNew(rounded);
        } else {
            address = same.removeLast();
            idleBytes -= rounded;
        }
        if (poison) {
            device.fill(address, Float.NaN, rounded / Float.BYTES);
        }
        DeviceBlock block = new DeviceBlock(this, address);
        block.loan = new Loan(block, collected, rounded);
        loans.add(block.loan);
        bytesInUse += rounded;
        peakBytes = Math.max(peakBytes, bytesInUse);
        return block;
    }

    private long allocateNew(long bytes) {
        for (int collections = 0; ; collections++) {
            try {
                return device.allocate(bytes);
            } catch (DeviceException failed) {
                if (failed.kind() != DeviceException.Kind.FULL) {
                    throw failed;
                }
                if (idleBytes == 0 && collections >= COLLECTIONS) {
                    throw full(bytes);
                }
            }
            if (idleBytes == 0) {
                dropHalves();
            }
            if (idleBytes == 0) {
                collect();
            }
            evictDownTo(0);
        }
    }

    /** Notes that this block has halves now. */
    void hasHalves(DeviceBlock block) {
        withHalves.add(block);
    }

    /** Takes back the halves that no product waits for: they can be made again. */
    private void dropHalves() {
        for (var blocks = withHalves.iterator(); blocks.hasNext(); ) {
            DeviceBlock block = blocks.next();
            if (!block.isBusy()) {
                block.dropHalves();
                blocks.remove();
            }
        }
    }

    /** Has tensors found that nobody reads any more. */
    private void collect() {
        System.gc();
        try {
            Thread.sleep(COLLECTION_MILLIS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        takeBackCollected();
    }

    private DeviceException full(long bytes) {
        return new DeviceException(DeviceException.Kind.FULL, "cuda: the card's memory is full: " + mebibytes(bytes)
                + " more were asked for beside " + mebibytes(bytesInUse) + " in use, and " + mebibytes(device.freeBytes())
                + " of its " + mebibytes(device.totalBytes()) + " are free; compute fewer tokens at once, try --checkpointing "
                + "for training, or use --device cpu");
    }

    private static String mebibytes(long bytes) {
        return Math.ceilDiv(bytes, 1L << 20) + " MiB";
    }

    /** What lies idle is held by the pool, so a block that was collected was lent. */
    private void takeBackCollected() {
        for (var lost = collected.poll(); lost != null; lost = collected.poll()) {
            giveBack((Loan) lost);
        }
    }

    /** Takes a block back, once. */
    synchronized void giveBack(Loan loan) {
        if (!loans.remove(loan)) {
            return;
        }
        loan.clear();
        bytesInUse -= loan.bytes;
        idle.computeIfAbsent(loan.bytes, _ -> new ArrayDeque<>()).addLast(loan.address);
        idleBytes += loan.bytes;
        evictDownTo(idleLimit);
    }

    /** The largest go first: few of them make much room. */
    private void evictDownTo(long limit) {
        while (idleBytes > limit) {
            var largest = idle.lastEntry();
            if (largest.getValue().isEmpty()) {
                idle.remove(largest.getKey());
            } else {
                idleBytes -= largest.getKey();
                device.free(largest.getValue().removeFirst());
            }
        }
    }

    /** Does work on the card; where the driver lacks memory of its own to load a kernel, once more with what lies idle given to it. */
    void compute(Runnable work) {
        try {
            work.run();
        } catch (DeviceException failed) {
            if (failed.kind() != DeviceException.Kind.FULL || idleBytes == 0) {
                throw failed;
            }
            evictDownTo(0);
            work.run();
        }
    }

    /** Bytes of the blocks now lent, the most ever lent at one time since {@link #resetPeak}, and those lying idle. */
    synchronized MemoryUse use() {
        takeBackCollected();
        return new MemoryUse(bytesInUse, peakBytes, idleBytes);
    }

    /** Starts counting the peak from what is in use now. */
    synchronized void resetPeak() {
        takeBackCollected();
        peakBytes = bytesInUse;
    }

    /** Gives all memory back, also of tensors that are still held: their numbers are gone, if the card alone had them. */
    synchronized void close() {
        closed = true;
        try {
            evictDownTo(0);
            for (Loan loan : loans) {
                loan.clear();
                device.free(loan.address);
            }
        } finally {
            loans.clear();
            bytesInUse = 0;
            device.close();
        }
    }

    /** @throws IllegalStateException when the numbers went with the backend */
    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("cuda: the numbers of a tensor were on the card when its backend was closed; read "
                    + "them before");
        }
    }

    /** The smallest size of a class that holds this many bytes. */
    static long rounded(long bytes) {
        long step = Math.max(SMALLEST, Long.highestOneBit(Math.max(1, bytes)) / 8);
        return Math.max(SMALLEST, (bytes + step - 1) / step * step);
    }
}
