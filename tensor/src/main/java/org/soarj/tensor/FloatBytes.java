package org.soarj.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Floats as little-endian bytes of a float type, in both directions.
 *
 * <p>BF16 is the upper half of a float: the same exponent, 8 bits of precision. F16 is IEEE 754 binary16: 11 bits of
 * precision, largest number 65504. Narrowing rounds to nearest, ties to even; what is too large becomes infinite, and NaN
 * stays NaN, as in PyTorch.
 */
public final class FloatBytes {
    /** One number of BF16 or F16. */
    public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private FloatBytes() {}

    /** The float that these BF16 bits mean; exact. */
    public static float bf16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** The BF16 bits nearest to {@code value}, ties to even. */
    public static short floatToBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            // A NaN whose payload lies only in the lower half would turn into infinity; the quiet bit keeps it NaN.
            return (short) (bits >>> 16 | 0x0040);
        }
        // Just under half a unit, plus the last kept bit: carries above half, and at half exactly when that bit is odd.
        int half = 0x7fff + (bits >>> 16 & 1);
        return (short) (bits + half >>> 16);
    }

    /** Whether {@link #decode} knows this type: F32, F16, BF16 and F64. */
    public static boolean decodes(DType dtype) {
        return encodes(dtype) || dtype == DType.F64;
    }

    /** Whether {@link #encode} knows this type: F32, F16 and BF16. */
    public static boolean encodes(DType dtype) {
        return dtype == DType.F32 || dtype == DType.F16 || dtype == DType.BF16;
    }

    /**
     * Fills {@code count} floats of {@code target}, from index {@code at} on, from the first elements in {@code source}.
     *
     * @throws IllegalArgumentException when {@link #decodes} says no
     * @throws IndexOutOfBoundsException when {@code source} holds fewer elements, or {@code target} has no room for them
     */
    public static void decode(DType dtype, MemorySegment source, float[] target, int at, int count) {
        switch (dtype) {
            case F32 -> MemorySegment.copy(source, FLOAT, 0, target, at, count);
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i] = Float.float16ToFloat(source.get(SHORT, 2L * i));
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i] = bf16ToFloat(source.get(SHORT, 2L * i));
                }
            }
            case F64 -> {
                for (int i = 0; i < count; i++) {
                    target[at + i] = (float) source.get(DOUBLE, 8L * i);
                }
            }
            default -> throw new IllegalArgumentException("decode: " + dtype + " is not one of F32, F16, BF16, F64");
        }
    }

    /**
     * Writes {@code count} floats from index {@code from} on to the start of {@code target}.
     *
     * @throws IllegalArgumentException when {@link #encodes} says no
     * @throws IndexOutOfBoundsException when {@code source} has fewer floats or {@code target} is too small
     */
    public static void encode(DType dtype, float[] source, int from, int count, MemorySegment target) {
        switch (dtype) {
            case F32 -> MemorySegment.copy(source, from, target, FLOAT, 0, count);
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    target.set(SHORT, 2L * i, Float.floatToFloat16(source[from + i]));
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    target.set(SHORT, 2L * i, floatToBf16(source[from + i]));
                }
            }
            default -> throw new IllegalArgumentException("encode: " + dtype + " is not one of F32, F16, BF16");
        }
    }
}
