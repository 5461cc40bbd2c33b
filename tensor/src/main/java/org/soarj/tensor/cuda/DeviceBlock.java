package org.soarj.tensor.cuda;

import java.lang.foreign.MemorySegment;
import org.soarj.tensor.DeviceCopy;
import org.soarj.tensor.DeviceMemory;
import org.soarj.tensor.RowCopy;

/** A block of a {@link DevicePool}, with the numbers of one tensor or work space of a kernel. */
final class DeviceBlock implements DeviceCopy {
    /** Rows that are copied one by one; more are left to a kernel. */
    private static final int MOST_COPIES = 8;

    private final DevicePool pool;
    private final long address;
    DevicePool.Loan loan;

    DeviceBlock(DevicePool pool, long address) {
        this.pool = pool;
        this.address = address;
    }

    /** Where it begins in the card's memory. */
    long address() {
        return address;
    }

    @Override
    public DeviceMemory memory() {
        return pool;
    }

    @Override
    public void upload(float[] numbers, int count) {
        pool.requireOpen();
        if (count > 0) {
            pool.device().upload(address, numbers, count);
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
    public void download(float[] numbers, int count) {
        pool.requireOpen();
        if (count > 0) {
            pool.device().download(address, numbers, count);
        }
    }

    @Override
    public void fill(float value, int count) {
        pool.requireOpen();
        if (count > 0) {
            pool.device().fill(address, value, count);
        }
    }

    @Override
    public void copyRows(DeviceCopy source, RowCopy rows) {
        pool.requireOpen();
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
        pool.giveBack(loan);
    }
}
