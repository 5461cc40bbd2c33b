package org.soarj.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class StoredTensorTest {
    private static final Tensor FLOATS = Tensor.of(Shape.of(2, 3), new float[] {1, -2.5f, 1e-7f, 70_000, 0, Float.NaN});

    private static String message(Executable call) {
        return assertThrows(RuntimeException.class, call).getMessage();
    }

    @Test
    void numbersAreRoundedAndComeBack() {
        assertArrayEquals(new float[] {1, -2.5f, 0x1.aep-24f, 70_144, 0, Float.NaN},
                FLOATS.to(DType.BF16).to(DType.F32).toArray());
        assertArrayEquals(new float[] {1, -2.5f, 0x1p-23f, Float.POSITIVE_INFINITY, 0, Float.NaN},
                FLOATS.to(DType.F16).to(DType.F32).toArray());
        assertArrayEquals(new float[] {1, -2.5f, 0x1p-23f, Float.POSITIVE_INFINITY, 0, Float.NaN},
                FLOATS.to(DType.BF16).to(DType.F16).to(DType.F32).toArray());
    }

    @Test
    void aTensorOfTheTypeIsItself() {
        Tensor stored = FLOATS.to(DType.BF16);
        assertSame(FLOATS, FLOATS.to(DType.F32));
        assertSame(stored, stored.to(DType.BF16));
        assertEquals(DType.BF16, stored.dtype());
        assertEquals("Tensor(2,3) BF16", stored.toString());
        assertEquals(12, stored.bits().byteSize());
    }

    @Test
    void aReshapeSharesTheBitsAndACopyDoesNot() {
        MemorySegment bits = Arena.ofAuto().allocate(4, 2);
        bits.set(ValueLayout.JAVA_BYTE, 1, (byte) 0x3f);
        Tensor stored = Tensor.stored(Shape.of(2), DType.BF16, bits);
        Tensor copy = stored.copy();
        assertSame(bits, stored.reshape(1, 2).bits());
        bits.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x80);
        assertArrayEquals(new float[] {1, 0}, stored.to(DType.F32).toArray());
        assertArrayEquals(new float[] {0.5f, 0}, copy.to(DType.F32).toArray());
    }

    @Test
    void whatNeedsFloatsSaysSo() {
        Tensor stored = FLOATS.to(DType.F16);
        String expected = "Tensor(2,3) is stored as F16; convert it with to(F32)";
        for (Executable call : new Executable[] {stored::data, stored::toArray, () -> stored.get(0, 0), () -> stored.fill(1),
            () -> stored.copyFrom(FLOATS), () -> FLOATS.copy().copyFrom(stored)}) {
            assertEquals(expected, message(call));
        }
        assertEquals("Tensor(2,3) is stored as F32; read its data(), or convert it with to(BF16)", message(FLOATS::bits));
        BufferPool.recycle(stored);
        assertThrows(IllegalStateException.class, stored::bits);
    }

    @Test
    void wrongStorageIsRefused() {
        MemorySegment bits = Arena.ofAuto().allocate(6, 2);
        assertEquals("tensor: BF16 (2,2) needs 8 bytes of native memory, got 6 of it",
                message(() -> Tensor.stored(Shape.of(2, 2), DType.BF16, bits)));
        assertEquals("tensor: F16 (3) needs 6 bytes of native memory, got 6 on the Java heap",
                message(() -> Tensor.stored(Shape.of(3), DType.F16, MemorySegment.ofArray(new byte[6]))));
        assertEquals("tensor: (3) is stored as I16, 16-bit storage is BF16 or F16; use of(...) for floats",
                message(() -> Tensor.stored(Shape.of(3), DType.I16, bits)));
        assertEquals("to: F32 (2,3) cannot be stored as I8; use F32, BF16 or F16", message(() -> FLOATS.to(DType.I8)));
    }
}
