package org.soarj.tensor.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import org.soarj.tensor.DType;
import org.soarj.tensor.FloatBytes;
import org.soarj.tensor.cuda.ColumnMajorProduct.Operand;

/**
 * A card that is none: its memory is the process's, its kernels are run by {@link KernelEmulator}, and products are plain
 * loops. It counts what is asked of it, and can be full or lost.
 */
@SuppressWarnings("restricted")
final class EmulatedDevice implements Device {
    static final long ALIGNMENT = 256;
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private final KernelEmulator kernels;
    private final long totalBytes;
    private final Map<Long, Arena> allocated = new HashMap<>();
    private final Map<Long, Long> sizes = new HashMap<>();
    private long bytes;
    private long callsToLoss = Long.MAX_VALUE;
    private long kernelBytes;
    private boolean failsToFree;
    private boolean lost;
    private boolean closed;
    int allocations;
    int launches;
    long uploadedBytes;
    long downloadedBytes;

    EmulatedDevice(KernelEmulator kernels, long totalBytes) {
        this.kernels = kernels;
        this.totalBytes = totalBytes;
    }

    /** Makes the card stop answering in the call after this many. */
    void loseAfter(long calls) {
        callsToLoss = calls;
    }

    /** What the card needs of its memory, beside what is allocated, for a kernel or product to run. */
    void kernelsNeed(long size) {
        kernelBytes = size;
    }

    /** Makes every {@link #free} fail from now on. */
    void failToFree() {
        failsToFree = true;
    }

    private void loadKernel() {
        if (bytes + kernelBytes > totalBytes) {
            throw new DeviceException(DeviceException.Kind.FULL, "full");
        }
    }

    long allocatedBytes() {
        return bytes;
    }

    boolean isClosed() {
        return closed;
    }

    private void answer(String what) {
        if (callsToLoss-- <= 0) {
            lost = true;
            throw new DeviceException(DeviceException.Kind.LOST, DriverErrors.message(DeviceException.Kind.LOST, "the emulated card",
                    "CUDA_ERROR_LAUNCH_FAILED", what));
        }
    }

    @Override
    public String description() {
        return "the emulated card";
    }

    @Override
    public long freeBytes() {
        return totalBytes - bytes;
    }

    @Override
    public long totalBytes() {
        return totalBytes;
    }

    @Override
    public long allocate(long size) {
        answer("allocate");
        if (bytes + size > totalBytes) {
            throw new DeviceException(DeviceException.Kind.FULL, "full");
        }
        Arena arena = Arena.ofShared();
        long address = arena.allocate(size, ALIGNMENT).address();
        allocated.put(address, arena);
        sizes.put(address, size);
        bytes += size;
        allocations++;
        return address;
    }

    @Override
    public void free(long address) {
        if (failsToFree) {
            throw new DeviceException(DeviceException.Kind.UNUSABLE, "failed");
        }
        if (!lost) {
            bytes -= sizes.remove(address);
            allocated.remove(address).close();
        }
    }

    @Override
    public void upload(long to, float[] from, int first, int count) {
        answer("upload");
        uploadedBytes += (long) Float.BYTES * count;
        MemorySegment.copy(from, first, MEMORY, ValueLayout.JAVA_FLOAT, to, count);
    }

    @Override
    public void upload(long to, MemorySegment from) {
        answer("upload");
        uploadedBytes += from.byteSize();
        MemorySegment.copy(from, 0, MEMORY, to, from.byteSize());
    }

    @Override
    public void upload(long to, int[] from) {
        answer("upload");
        uploadedBytes += (long) Integer.BYTES * from.length;
        MemorySegment.copy(from, 0, MEMORY, ValueLayout.JAVA_INT, to, from.length);
    }

    @Override
    public void download(long from, float[] to, int first, int count) {
        answer("download");
        downloadedBytes += (long) Float.BYTES * count;
        MemorySegment.copy(MEMORY, ValueLayout.JAVA_FLOAT, from, to, first, count);
    }

    @Override
    public double downloadDouble(long from) {
        answer("download");
        downloadedBytes += Double.BYTES;
        return MEMORY.get(ValueLayout.JAVA_DOUBLE, from);
    }

    @Override
    public void fill(long to, float value, long count) {
        answer("fill");
        for (long i = 0; i < count; i++) {
            MEMORY.set(ValueLayout.JAVA_FLOAT, to + Float.BYTES * i, value);
        }
    }

    @Override
    public void copy(long from, long to, long count) {
        answer("copy");
        MemorySegment.copy(MEMORY, from, MEMORY, to, count);
    }

    @Override
    public void launch(String kernel, int gridX, int gridY, int block, MemorySegment arguments) {
        answer(kernel);
        loadKernel();
        launches++;
        kernels.launch(kernel, gridX, gridY, block, arguments);
    }

    @Override
    public void gemm(ColumnMajorProduct in) {
        answer("matmul");
        loadKernel();
        for (int batch = 0; batch < in.batches(); batch++) {
            for (int col = 0; col < in.n(); col++) {
                for (int row = 0; row < in.m(); row++) {
                    long at = in.c().address() + Float.BYTES * (batch * in.c().stride() + row + (long) col * in.c().leading());
                    float sum = in.beta() == 0 ? 0f : in.beta() * MEMORY.get(ValueLayout.JAVA_FLOAT, at);
                    for (int i = 0; i < in.k(); i++) {
                        sum = Math.fma(in.alpha() * number(in.inputs(), in.a(), batch, row, i),
                                number(in.inputs(), in.b(), batch, i, col), sum);
                    }
                    MEMORY.set(ValueLayout.JAVA_FLOAT, at, sum);
                }
            }
        }
    }

    /** Number (row, col) of op(operand). */
    private static float number(DType dtype, Operand operand, int batch, int row, int col) {
        long at = batch * operand.stride()
                + (operand.transposed() ? col + (long) row * operand.leading() : row + (long) col * operand.leading());
        long address = operand.address() + dtype.bytes() * at;
        return switch (dtype) {
            case F32 -> MEMORY.get(ValueLayout.JAVA_FLOAT, address);
            case BF16 -> FloatBytes.bf16ToFloat(MEMORY.get(ValueLayout.JAVA_SHORT, address));
            case F16 -> Float.float16ToFloat(MEMORY.get(ValueLayout.JAVA_SHORT, address));
            default -> throw new AssertionError("products have no inputs of type " + dtype);
        };
    }

    @Override
    public void synchronise() {
        answer("synchronise");
    }

    @Override
    public void close() {
        closed = true;
    }
}
