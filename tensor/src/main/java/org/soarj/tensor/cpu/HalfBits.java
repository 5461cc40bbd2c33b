package org.soarj.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.DType;
import org.soarj.tensor.FloatBytes;
import org.soarj.tensor.Tensor;

/**
 * The numbers of a tensor that is stored in 16 bits, and how they become floats.
 *
 * @param bits little-endian, in native memory
 * @param bf16 whether they are BF16; else they are F16
 */
record HalfBits(MemorySegment bits, boolean bf16) {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final VectorSpecies<Integer> INTS = S.withLanes(int.class);
    private static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class,
            VectorShape.forBitSize(S.vectorBitSize() / 2));
    private static final int L = Lanes.WIDTH;

    /** Kept with the tensor, so that looking up a token's embedding makes no object. */
    static HalfBits of(Tensor x) {
        return x.derived(HalfBits.class, HalfBits::read);
    }

    private static HalfBits read(Tensor x) {
        return new HalfBits(x.bits(), x.dtype() == DType.BF16);
    }

    /** to[at .. at+count) = the numbers from index {@code from} on. */
    void widen(long from, int count, float[] to, int at) {
        int whole = count / L * L;
        if (bf16) {
            widenBf16(bits, from, whole, to, at);
        } else {
            widenF16(bits, from, whole, to, at);
        }
        for (int i = whole; i < count; i++) {
            short number = bits.get(FloatBytes.SHORT, 2 * (from + i));
            to[at + i] = bf16 ? FloatBytes.bf16ToFloat(number) : Float.float16ToFloat(number);
        }
    }

    /** Numbers from index {@code at} on in the lower halves of lanes; the upper halves are 0. */
    static IntVector load(MemorySegment bits, long at) {
        return (IntVector) ShortVector.fromMemorySegment(SHORTS, bits, 2 * at, ByteOrder.LITTLE_ENDIAN)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
    }

    private static void widenBf16(MemorySegment bits, long from, int count, float[] to, int at) {
        for (int i = 0; i < count; i += L) {
            load(bits, from + i).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(to, at + i);
        }
    }

    private static void widenF16(MemorySegment bits, long from, int count, float[] to, int at) {
        for (int i = 0; i < count; i += L) {
            floatsOfF16(load(bits, from + i)).intoArray(to, at + i);
        }
    }

    /**
     * The floats of the F16 numbers in the lower halves of the lanes; the upper halves must be 0.
     *
     * <p>The exponent and the ten bits behind it move to where a float has them, which makes the number 2^112 times too small,
     * also when it is subnormal; what has the largest exponent is infinite or NaN in both types.
     */
    static FloatVector floatsOfF16(IntVector half) {
        IntVector moved = half.and(0x7fff).lanewise(VectorOperators.LSHL, 13);
        IntVector sign = half.and(0x8000).lanewise(VectorOperators.LSHL, 16);
        VectorMask<Integer> notFinite = moved.compare(VectorOperators.GE, 0x7c00 << 13);
        IntVector scaled = moved.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
        return scaled.blend(moved.or(0x7f800000), notFinite).or(sign).reinterpretAsFloats();
    }
}
