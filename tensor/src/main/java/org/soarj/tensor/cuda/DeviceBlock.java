package org.soarj.tensor.cuda;

import java.lang.foreign.MemorySegment;
import org.soarj.tensor.DType;
import org.soarj.tensor.DeviceCopy;
import org.soarj.tensor.DeviceMemory;
import org.soarj.tensor.RowCopy;
import org.soarj.tensor.Tensor;

/** A block of a {@link DevicePool}, with the numbers of one tensor or work space of a kernel. */
final class DeviceBlock implements DeviceCopy {
    /** Rows that are copied one by one; more are left to a kernel. */
    private static final int MOST_COPIES = 8;

    private final DevicePool pool;
    private final long address;
    DevicePool.Loan loan;
    /** Its floats in 16 bits, until they change; null where no product asked for them. */
    private DeviceBlock halves;
    private DType typeOfHalves;
    /** Whether a product that is not queued yet needs the halves. */
    private boolean busy;

    DeviceBlock(DevicePool pool, long address) {
        this.pool = pool;
        this.address = address;
    }

    /** Where it begins in the card's memory. */
    long address() {
        return address;
    }

    /** Where a kernel is about to write numbers of a tensor. */
    static DeviceBlock toWrite(Tensor tensor, DevicePool pool) {
        DeviceBlock block = (DeviceBlock) tensor.writeIn(pool);
        block.dropHalves();
        return block;
    }

    /**
     * Its floats rounded to a type of 16 bits, by a kernel if that is not done yet. They are kept until {@link #dropHalves}, since
     * a tensor is a factor of several products: weights forwards and backwards, a norm's result of queries, keys, values and their
     * gradients. A full card gets back what is not busy.
     */
    DeviceBlock halves(DType type, int count) {
        busy = true;
        if (halves == null || typeOfHalves != type) {
            dropHalves();
            halves = pool.allocate((long) type.bytes() * count);
            typeOfHalves = type;
            pool.kernel().of("narrow", type).block(this).block(halves).elements(count);
            pool.hasHalves(this);
        }
        return halves;
    }

    /** The product that asked for halves is queued. */
    void notBusy() {
        busy = false;
    }

    boolean isBusy() {
        return busy;
    }

    /** Gives the halves back, which are no longer its numbers or can be made again. */
    void dropHalves() {
        if (halves != null) {
            halves.release();
            halves = null;
        }
    }

    @Override
    public DeviceMemory memory() {
        return pool;
    }

    @Override
    public void upload(float[] numbers, int first, int count) {
        pool.requireOpen();
        dropHalves();
        if (count > 0) {
            pool.device().upload(address, numbers, first, count);
        }
    }

    @Override
    public void upload(MemorySegment bits) {
        pool.requireOpen();
        if (bits.byteSize() > 0) {
            pool.device().upload(address, bits);
        }
    }

    @Override
    public void download(float[] numbers, int first, int count) {
        pool.requireOpen();
        if (count > 0) {
            pool.device().download(address, numbers, first, count);
        }
    }

    @Override
    public void fill(float value, int count) {
        pool.requireOpen();
        dropHalves();
        if (count > 0) {
            pool.device().fill(address, value, count);
        }
    }

    @Override
    public void copyRows(DeviceCopy source, RowCopy rows) {
        pool.requireOpen();
        dropHalves();
        long from = ((DeviceBlock) source).address + (long) Float.BYTES * rows.from();
        long to = address + (long) Float.BYTES * rows.to();
        if (rows.rows() > MOST_COPIES) {
            pool.kernel().of("copyRows").number(from).number(to).number((long) rows.fromStep()).number((long) rows.toStep())
                    .number(rows.width()).elements((long) rows.rows() * rows.width());
            return;
        }
        for (int row = 0; row < rows.rows() && rows.width() > 0; row++) {
            pool.device().copy(from + (long) Float.BYTES * row * rows.fromStep(), to + (long) Float.BYTES * row * rows.toStep(),
                    (long) Float.BYTES * rows.width());
        }
    }

    @Override
    public void release() {
        // Whoever gives a tensor up holds no monitor, and a card may be full meanwhile.
        synchronized (pool) {
            dropHalves();
            pool.giveBack(loan);
        }
    }
}
