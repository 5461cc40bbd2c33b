package org.soarj.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.DType;
import org.soarj.tensor.FloatBytes;
import org.soarj.tensor.Tensor;

/**
 * A matrix of 16-bit weights in the order in which products x w^T read it.
 *
 * <p>Each output is a chain over k, so outputs must lie in lanes; in (out,in) order neighbours in memory are steps of one
 * chain. A panel is {@link #COLS} outputs over all of k, a vector of 32-bit lanes for each step: lane i holds output i in its
 * lower half and output i + L in its upper half. Shifting and masking then give two vectors of floats (of BF16), and nothing
 * moves between lanes. {@link #GROUP} panels lie step by step beside each other, so that the kernel which takes them together
 * reads one stream; panels that are left over lie one behind the other, and the last is filled up with zeros.
 *
 * <p>Native memory on {@link HugePages}, freed with the last reference. The weights take their size once more; the
 * pages of a mapped file, which only a gather and products with w itself still read, can be dropped by the operating system.
 */
final class WeightPanels {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final VectorSpecies<Integer> INTS = S.withLanes(int.class);
    private static final IntVector UPPER_HALF = IntVector.broadcast(INTS, 0xffff0000);
    private static final ValueLayout.OfInt LANE = ValueLayout.JAVA_INT.withOrder(LE);
    /** Outputs of a panel. */
    static final int COLS = 2 * L;
    /** Panels that lie beside each other. */
    static final int GROUP = 4;
    /** Bytes of a step of a panel. */
    static final int VECTOR = 4 * L;
    /** Steps that are packed at a time. */
    private static final int STEPS = 128;

    private final MemorySegment lanes;
    private final boolean bf16;
    private final int k;
    /** Panels that lie in groups. */
    private final int grouped;

    private WeightPanels(int n, int k, boolean bf16) {
        this.k = k;
        this.bf16 = bf16;
        grouped = n / COLS / GROUP * GROUP;
        lanes = HugePages.allocate((long) panels(n) * k * VECTOR + GemmRowPanels.AHEAD);
    }

    private static int panels(int n) {
        return Math.ceilDiv(n, COLS);
    }

    /** Packs w (n,k), stored as BF16 or F16. */
    static WeightPanels of(WorkPool pool, Tensor w) {
        WeightPanels panels = new WeightPanels(w.rows(), w.cols(), w.dtype() == DType.BF16);
        MemorySegment bits = w.bits();
        int groups = panels.grouped / GROUP;
        pool.run(groups + panels(w.rows()) - panels.grouped, task -> panels.pack(bits, w.rows(),
                task < groups ? task * GROUP : panels.grouped + task - groups, task < groups ? GROUP : 1));
        return panels;
    }

    /**
     * Packs {@code count} panels that lie beside each other, from {@code first} on. Without vectors: this runs once, before the
     * compiler has seen it, and until then vectors are objects and take a hundred times as long.
     */
    private void pack(MemorySegment bits, int n, int first, int count) {
        int width = count * L;
        short[] rows = new short[count * COLS * STEPS];
        int[] steps = new int[width * STEPS];
        int start = first * COLS;
        int end = Math.min(n, start + count * COLS);
        for (int p = 0; p < k; p += STEPS) {
            int depth = Math.min(STEPS, k - p);
            for (int row = start; row < end; row++) {
                MemorySegment.copy(bits, FloatBytes.SHORT, 2 * ((long) row * k + p), rows, (row - start) * STEPS, depth);
            }
            for (int lane = 0; lane < width; lane++) {
                int lower = lane / L * COLS + lane % L;
                join(rows, lower * STEPS, (lower + L) * STEPS, depth, steps, lane, width);
            }
            MemorySegment.copy(steps, 0, lanes, LANE, at(first) + (long) p * width * Integer.BYTES, depth * width);
        }
    }

    private static void join(short[] rows, int lower, int upper, int depth, int[] to, int at, int width) {
        for (int p = 0; p < depth; p++) {
            to[at + p * width] = rows[lower + p] & 0xffff | rows[upper + p] << 16;
        }
    }

    MemorySegment lanes() {
        return lanes;
    }

    boolean bf16() {
        return bf16;
    }

    /** Whether {@code panel} begins a group, of BF16: those of F16 take too much work to be taken together. */
    boolean beginsGroup(int panel) {
        return bf16 && panel < grouped && panel % GROUP == 0;
    }

    /** Where the first step of a panel is. */
    long at(int panel) {
        int first = panel < grouped ? panel / GROUP * GROUP : panel;
        return ((long) first * k + panel - first) * VECTOR;
    }

    /** Bytes from one step of a panel to the next. */
    int stride(int panel) {
        return panel < grouped ? GROUP * VECTOR : VECTOR;
    }

    /** {@code steps} steps from p on of a panel, as floats: output j of a step to {@code at + step*width + j}. */
    void widen(int panel, int p, int steps, float[] to, int at, int width) {
        int stride = stride(panel);
        long from = at(panel) + (long) p * stride;
        if (bf16) {
            widenBf16(lanes, from, stride, steps, to, at, width);
        } else {
            widenF16(lanes, from, stride, steps, to, at, width);
        }
    }

    /** {@link #widen} for all of a group of BF16, read once from left to right, into panels of {@code width} floats. */
    void widenGroup(int panel, int p, int steps, float[] to, int at, int width) {
        int wide = width / COLS;
        int next = wide == 1 ? width * steps : COLS;
        int third = 2 / wide * width * steps;
        widenGroup(lanes, at(panel) + (long) p * GROUP * VECTOR, steps, to, at, next, third, width);
    }

    private static void widenGroup(MemorySegment lanes, long from, int steps, float[] to, int at, int next, int third,
                                   int width) {
        int a1 = at + next;
        int a2 = at + third;
        int a3 = at + third + next;
        for (int p = 0; p < steps; p++) {
            long step = from + (long) p * (GROUP * VECTOR);
            IntVector both = load(lanes, step);
            lowerBf16(both).intoArray(to, at + p * width);
            upperBf16(both).intoArray(to, at + p * width + L);
            both = load(lanes, step + VECTOR);
            lowerBf16(both).intoArray(to, a1 + p * width);
            upperBf16(both).intoArray(to, a1 + p * width + L);
            both = load(lanes, step + 2 * VECTOR);
            lowerBf16(both).intoArray(to, a2 + p * width);
            upperBf16(both).intoArray(to, a2 + p * width + L);
            both = load(lanes, step + 3 * VECTOR);
            lowerBf16(both).intoArray(to, a3 + p * width);
            upperBf16(both).intoArray(to, a3 + p * width + L);
        }
    }

    private static void widenBf16(MemorySegment lanes, long from, int stride, int steps, float[] to, int at, int width) {
        for (int p = 0; p < steps; p++) {
            IntVector both = load(lanes, from + (long) p * stride);
            lowerBf16(both).intoArray(to, at + p * width);
            upperBf16(both).intoArray(to, at + p * width + L);
        }
    }

    private static void widenF16(MemorySegment lanes, long from, int stride, int steps, float[] to, int at, int width) {
        for (int p = 0; p < steps; p++) {
            IntVector both = load(lanes, from + (long) p * stride);
            lowerF16(both).intoArray(to, at + p * width);
            upperF16(both).intoArray(to, at + p * width + L);
        }
    }

    static IntVector load(MemorySegment lanes, long at) {
        return IntVector.fromMemorySegment(INTS, lanes, at, LE);
    }

    static FloatVector lowerBf16(IntVector both) {
        return both.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    static FloatVector upperBf16(IntVector both) {
        return both.and(UPPER_HALF).reinterpretAsFloats();
    }

    static FloatVector lowerF16(IntVector both) {
        return HalfBits.floatsOfF16(both.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.LSHR, 16));
    }

    static FloatVector upperF16(IntVector both) {
        return HalfBits.floatsOfF16(both.lanewise(VectorOperators.LSHR, 16));
    }
}
