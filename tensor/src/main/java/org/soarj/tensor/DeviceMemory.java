package org.soarj.tensor;

/**
 * The memory of a device that computes outside of the Java heap, as far as tensors need to know it. Everything that moves
 * numbers between it and the heap holds its monitor.
 */
public interface DeviceMemory {

    /**
     * Room for this many bytes, with undefined contents.
     *
     * @throws RuntimeException when there is none, or the device does not answer
     */
    DeviceCopy allocate(long bytes);
}
