package org.soarj.tensor;

import java.lang.foreign.MemorySegment;

/**
 * The numbers of one {@link Storage} in the memory of a device. A tensor decides when they are moved; who implements this
 * only moves them, in the order of the calls.
 */
public interface DeviceCopy {

    /** Where they are. */
    DeviceMemory memory();

    /** Takes {@code count} of {@code numbers} from index {@code first} on; they may be changed as soon as this returns. */
    void upload(float[] numbers, int first, int count);

    /** Takes numbers of 16 bits. */
    void upload(MemorySegment bits);

    /** Fills {@code count} of {@code numbers} from index {@code first} on; waits for the kernels that write them. */
    void download(float[] numbers, int first, int count);

    /** Sets the first {@code count} floats. */
    void fill(float value, int count);

    /** Copies floats from another copy in the same memory. */
    void copyRows(DeviceCopy source, RowCopy rows);

    /** Gives the memory back; nobody reads or writes it afterwards. */
    void release();
}
