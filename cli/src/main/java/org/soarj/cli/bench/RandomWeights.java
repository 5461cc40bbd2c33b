package org.soarj.cli.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.RowCopy;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.transformer.Llama;

/**
 * Weights of a model that is only measured: normal numbers as a new model has them, drawn once for each deviation and laid
 * end to end, so that billions of them take seconds. Matrices in native memory if they are in 16 bits.
 */
final class RandomWeights implements Llama.Weights<RuntimeException> {
    private static final long CACHE_LINE = 64;
    /** A prime, so that rows of a matrix do not repeat. */
    private static final int BLOCK = 1_000_003;

    private final Arena arena;
    private final DType dtype;
    private final Map<Double, Tensor> blocks = new HashMap<>();

    /**
     * @param arena what 16-bit matrices live in
     * @param dtype F32 or BF16
     */
    RandomWeights(Arena arena, DType dtype) {
        this.arena = arena;
        this.dtype = dtype;
    }

    @Override
    public Tensor get(String name, int... dims) {
        if (dims.length == 1) {
            return Tensor.full(1f, dims);
        }
        boolean table = name.contains("embed_tokens") || name.contains("lm_head");
        double deviation = table ? 0.02 : 1 / Math.sqrt(dims[1]);
        Tensor block = blocks.computeIfAbsent(deviation,
                key -> Tensor.gaussian(Rng.of(1).split("block", dims[1]), (float) deviation, BLOCK).to(dtype));
        Shape shape = Shape.of(dims);
        return dtype == DType.F32 ? floats(shape, block) : stored(shape, block);
    }

    private static Tensor floats(Shape shape, Tensor block) {
        Tensor tensor = Tensor.zeros(shape);
        for (int at = 0; at < tensor.size(); at += BLOCK) {
            tensor.copyRows(block, RowCopy.of(Math.min(BLOCK, tensor.size() - at), 0, at));
        }
        return tensor;
    }

    private Tensor stored(Shape shape, Tensor block) {
        MemorySegment bits = arena.allocate((long) dtype.bytes() * shape.size(), CACHE_LINE);
        long size = block.bits().byteSize();
        for (long at = 0; at < bits.byteSize(); at += size) {
            MemorySegment.copy(block.bits(), 0, bits, at, Math.min(size, bits.byteSize() - at));
        }
        return Tensor.stored(shape, dtype, bits);
    }
}
