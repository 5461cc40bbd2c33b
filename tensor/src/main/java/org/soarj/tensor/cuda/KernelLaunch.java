package org.soarj.tensor.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.soarj.tensor.DType;
import org.soarj.tensor.Tensor;

/**
 * The arguments of the next kernel, written one after the other in the order of the kernel's own, and its launch. One object
 * serves all launches of a backend; whoever uses it holds the monitor of the pool.
 *
 * <p>Tensors are given after those that may share their numbers have been read: what is overwritten is not uploaded.
 */
final class KernelLaunch {
    /** Threads of a block, which the kernels count on. */
    static final int BLOCK = 256;
    private static final int MOST_BLOCKS = 16384;
    private static final int MOST_ARGUMENTS = 32;
    private static final int ARGUMENTS_BYTES = 1024;
    private static final int TABLE_BYTES = MOST_ARGUMENTS * Long.BYTES;

    private final DevicePool pool;
    private final IntSlots ints;
    private final MemorySegment memory = Arena.ofAuto().allocate(TABLE_BYTES + ARGUMENTS_BYTES, Long.BYTES);
    /** The blocks among the arguments: one that nobody else holds must not be collected and lent again before the launch. */
    private final DeviceBlock[] held = new DeviceBlock[MOST_ARGUMENTS];
    private String kernel;
    private int count;
    private int end;

    KernelLaunch(DevicePool pool) {
        this.pool = pool;
        this.ints = new IntSlots(pool);
    }

    /** Begins the arguments of this kernel. */
    KernelLaunch of(String name) {
        kernel = name;
        count = 0;
        end = TABLE_BYTES;
        return this;
    }

    /** The same of the kernel of this name for numbers of a type: those for other types than floats have it behind their name. */
    KernelLaunch of(String name, DType type) {
        return of(switch (type) {
            case F32 -> name;
            case BF16 -> name + "Bf16";
            case F16 -> name + "F16";
            default -> throw new IllegalArgumentException(name + ": no kernel takes " + type);
        });
    }

    /** A tensor that the kernel reads. */
    KernelLaunch read(Tensor tensor) {
        return block((DeviceBlock) tensor.readIn(pool));
    }

    /** A tensor that the kernel overwrites, all of it. */
    KernelLaunch write(Tensor tensor) {
        return block(DeviceBlock.toWrite(tensor, pool));
    }

    /** A tensor that the kernel reads and changes, or of which it writes a part. */
    KernelLaunch update(Tensor tensor) {
        tensor.readIn(pool);
        return write(tensor);
    }

    /** Work space. */
    KernelLaunch block(DeviceBlock block) {
        held[count] = block;
        return number(block.address());
    }

    /** Indices, as they are now. */
    KernelLaunch indices(int[] numbers) {
        return number(ints.address(numbers));
    }

    KernelLaunch number(int value) {
        memory.set(ValueLayout.JAVA_INT, next(Integer.BYTES), value);
        return this;
    }

    KernelLaunch number(long value) {
        memory.set(ValueLayout.JAVA_LONG, next(Long.BYTES), value);
        return this;
    }

    KernelLaunch number(float value) {
        memory.set(ValueLayout.JAVA_FLOAT, next(Float.BYTES), value);
        return this;
    }

    /** A struct of ints by value. */
    KernelLaunch struct(int[] fields) {
        long at = next(Integer.BYTES * fields.length);
        MemorySegment.copy(fields, 0, memory, ValueLayout.JAVA_INT, at, fields.length);
        return this;
    }

    /** Where the next argument goes, after its place is noted in the table. */
    private long next(int bytes) {
        long at = end;
        memory.setAtIndex(ValueLayout.JAVA_LONG, count++, memory.address() + at);
        end += Math.ceilDiv(bytes, Long.BYTES) * Long.BYTES;
        return at;
    }

    /** Adds the number of elements and launches threads for them. */
    void elements(long n) {
        number(n);
        grid(Math.min(MOST_BLOCKS, Math.ceilDiv(n, (long) BLOCK)), 1);
    }

    /** Launches one block for each of some rows. */
    void rows(int rows) {
        grid(rows, 1);
    }

    /** Launches a grid of blocks, unless it is empty. */
    void grid(long x, long y) {
        if (x > 0 && y > 0) {
            pool.compute(() -> pool.device().launch(kernel, Math.toIntExact(x), Math.toIntExact(y), BLOCK, memory));
        }
        Arrays.fill(held, null);
    }
}
