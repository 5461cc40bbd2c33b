package org.soarj.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class FloatBytesTest {

    @Example
    void everyBf16NumberSurvivesTheWayThroughFloat() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = FloatBytes.bf16ToFloat((short) bits);
            short back = FloatBytes.floatToBf16(value);
            if (Float.isNaN(value)) {
                assertTrue(Float.isNaN(FloatBytes.bf16ToFloat(back)));
            } else {
                assertEquals((short) bits, back);
            }
        }
    }

    @Property
    void bf16IsTheNearestAndOnTiesTheEvenOne(@ForAll int floatBits) {
        float value = Float.intBitsToFloat(floatBits);
        if (Float.isNaN(value)) {
            assertTrue(Float.isNaN(FloatBytes.bf16ToFloat(FloatBytes.floatToBf16(value))));
            return;
        }
        short below = (short) (floatBits >>> 16);
        short above = (short) ((floatBits >>> 16) + 1);
        double gapBelow = Math.abs((double) value - FloatBytes.bf16ToFloat(below));
        double gapAbove = Math.abs(beyond(above, value) - value);
        short even = (below & 1) == 0 ? below : above;
        short expected = gapBelow < gapAbove ? below : gapBelow > gapAbove ? above : even;
        assertEquals(expected, FloatBytes.floatToBf16(value));
    }

    /** IEEE 754 rounds towards infinity as if it were the next number, 2^128. */
    private static double beyond(short bits, float near) {
        double value = FloatBytes.bf16ToFloat(bits);
        return Double.isInfinite(value) && Float.isFinite(near) ? Math.copySign(0x1p128, near) : value;
    }

    @Example
    void tiesGoToEven() {
        assertEquals(0x3f80, FloatBytes.floatToBf16(1 + 0x1p-8f));
        assertEquals(0x3f82, FloatBytes.floatToBf16(1 + 3 * 0x1p-8f));
        assertEquals(0x3f81, FloatBytes.floatToBf16(1 + 0x1.002p-8f));
        assertEquals(Float.POSITIVE_INFINITY, FloatBytes.bf16ToFloat(FloatBytes.floatToBf16(Float.MAX_VALUE)));
    }

    @Example
    void nanWithAPayloadInTheLowerHalfStaysNan() {
        assertTrue(Float.isNaN(FloatBytes.bf16ToFloat(FloatBytes.floatToBf16(Float.intBitsToFloat(0x7f800001)))));
        assertTrue(Float.isNaN(FloatBytes.bf16ToFloat(FloatBytes.floatToBf16(Float.intBitsToFloat(0xffffffff)))));
    }

    @Property(tries = 200)
    void bulkDoesWhatTheSingleConversionDoes(@ForAll float[] values) {
        for (DType dtype : new DType[] {DType.F32, DType.F16, DType.BF16}) {
            MemorySegment bytes = MemorySegment.ofArray(new byte[values.length * dtype.bytes()]);
            FloatBytes.encode(dtype, values, 0, values.length, bytes);
            float[] decoded = new float[values.length + 3];
            FloatBytes.decode(dtype, bytes, decoded, 2, values.length);
            float[] expected = new float[values.length + 3];
            for (int i = 0; i < values.length; i++) {
                expected[2 + i] = throughBits(dtype, values[i]);
            }
            assertArrayEquals(expected, decoded);
        }
    }

    private static float throughBits(DType dtype, float value) {
        return switch (dtype) {
            case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
            case BF16 -> FloatBytes.bf16ToFloat(FloatBytes.floatToBf16(value));
            default -> value;
        };
    }

    @Example
    void bytesAreLittleEndian() {
        assertArrayEquals(new byte[] {0, 0, (byte) 0x80, 0x3f}, encoded(DType.F32, 1f));
        assertArrayEquals(new byte[] {(byte) 0x80, 0x3f}, encoded(DType.BF16, 1f));
        assertArrayEquals(new byte[] {0, 0x3c}, encoded(DType.F16, 1f));
        float[] decoded = new float[2];
        FloatBytes.decode(DType.F64, MemorySegment.ofArray(new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xf0, 0x3f}), decoded, 1, 1);
        assertArrayEquals(new float[] {0f, 1f}, decoded);
    }

    private static byte[] encoded(DType dtype, float value) {
        byte[] bytes = new byte[dtype.bytes()];
        FloatBytes.encode(dtype, new float[] {9f, value}, 1, 1, MemorySegment.ofArray(bytes));
        return bytes;
    }

    @Example
    void otherTypesAreRefused() {
        for (DType dtype : DType.values()) {
            MemorySegment bytes = MemorySegment.ofArray(new byte[8]);
            if (!FloatBytes.decodes(dtype)) {
                assertThrows(IllegalArgumentException.class, () -> FloatBytes.decode(dtype, bytes, new float[1], 0, 1));
            }
            if (!FloatBytes.encodes(dtype)) {
                assertThrows(IllegalArgumentException.class,
                        () -> FloatBytes.encode(dtype, new float[1], 0, 1, bytes));
            }
        }
        assertEquals(4, Arrays.stream(DType.values()).filter(FloatBytes::decodes).count());
        assertFalse(FloatBytes.encodes(DType.F64));
    }
}
