package org.soarj.tensor.io;

import java.util.List;
import org.soarj.tensor.DType;

/**
 * What a safetensors header says of one tensor.
 *
 * @param name dotted name, such as {@code model.norm.weight}
 * @param dtype element type as stored
 * @param shape sizes, outermost first; empty for a scalar; 64 bits each, since a file may hold more than one array can
 * @param begin first byte, counted from the start of the data (the byte after the header)
 * @param end the byte after the last
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long end) {
    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** Bytes in the file. */
    public long bytes() {
        return end - begin;
    }

    /** Numbers in the tensor. */
    public long elements() {
        return bytes() / dtype.bytes();
    }

    /** {@code model.norm.weight BF16 [2048]}. */
    @Override
    public String toString() {
        return name + " " + dtype + " " + shape;
    }
}
