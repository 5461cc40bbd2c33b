package org.soarj.tensor.cuda;

import java.lang.foreign.MemorySegment;

/**
 * A card, as far as {@link CudaBackend} needs one: raw memory, launches of kernels by name, and column-major products. All
 * work goes to one queue, in the order of the calls, and nothing waits for it but downloads and uploads of floats.
 *
 * <p>Addresses are those of the card's memory. Whoever calls holds the monitor of the {@link DevicePool}.
 */
interface Device extends AutoCloseable {

    /** The card's name and the versions of what drives it. */
    String description();

    /** Bytes that could be allocated now, by anybody. */
    long freeBytes();

    /** Bytes of the card's memory. */
    long totalBytes();

    /**
     * The address of new memory, aligned to 256 bytes.
     *
     * @throws DeviceException of kind {@link DeviceException.Kind#FULL} when there is not as much
     */
    long allocate(long bytes);

    /** Gives memory back; silent on a card that is lost. */
    void free(long address);

    /** The arrays may be changed as soon as an upload returns. */
    void upload(long to, float[] from, int first, int count);

    /** Uploads native memory, of any length. */
    void upload(long to, MemorySegment from);

    void upload(long to, int[] from);

    /** Waits for all earlier work. */
    void download(long from, float[] to, int first, int count);

    /** Waits for all earlier work. */
    double downloadDouble(long from);

    void fill(long to, float value, long count);

    void copy(long from, long to, long bytes);

    /**
     * Runs a kernel.
     *
     * @param arguments native memory that begins with the addresses of the kernel's arguments, as cuLaunchKernel takes them;
     *     it may be changed as soon as this returns
     */
    void launch(String kernel, int gridX, int gridY, int block, MemorySegment arguments);

    /** A product of column-major matrices, as cublasGemmStridedBatchedEx makes it. */
    void gemm(ColumnMajorProduct product);

    /** Waits for all earlier work. */
    void synchronise();

    /** Gives everything back; silent on a card that is lost. */
    @Override
    void close();
}
