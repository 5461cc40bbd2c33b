package org.soarj.tensor.cpu;

import static org.soarj.tensor.cpu.Transposition.LOWER_1;
import static org.soarj.tensor.cpu.Transposition.LOWER_2;
import static org.soarj.tensor.cpu.Transposition.LOWER_4;
import static org.soarj.tensor.cpu.Transposition.LOWER_8;
import static org.soarj.tensor.cpu.Transposition.UPPER_1;
import static org.soarj.tensor.cpu.Transposition.UPPER_2;
import static org.soarj.tensor.cpu.Transposition.UPPER_4;
import static org.soarj.tensor.cpu.Transposition.UPPER_8;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A few rows times a transposed matrix of 16-bit numbers that is read once: c = beta c + a b^T with b stored (n,k), as for
 * every weight when few sequences are decoded. For vectors of 16 lanes.
 *
 * <p>As in {@link GemmRowTransposed}, a column of c must lie in one lane. Two neighbouring numbers of a row of b make one
 * lane of 32 bits, so that a transposition moves twice as many as of floats. Of a lane of BF16, shifting and masking then
 * gives the factors of two steps of k; F16 takes more work and is widened once for all rows. The stages are methods of their
 * own, since C2 cannot inline so much into one; four strips of sixteen columns go through the last together, because a
 * single chain would wait for each multiply-add.
 */
final class GemmRowStored {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;
    private static final IntVector UPPER_HALF = IntVector.broadcast(S.withLanes(int.class), 0xffff0000);
    /** Lanes that the kernel is written for. */
    static final int L = 16;
    private static final int STRIPS = 4;
    /** Columns of one task. */
    static final int COLS = STRIPS * L;
    /** More rows than this are as fast through panels. */
    static final int ROWS = 16;
    /** Pairs of a row of b that are transposed at a time: memory likes long pieces. */
    private static final int PAIRS = 512;
    /** The same for F16, which leaves room for its floats. */
    private static final int F16_PAIRS = PAIRS / 2;
    /** Floats of the buffer that {@link #multiply} needs. */
    static final int BUFFER = COLS * PAIRS;

    private GemmRowStored() {}

    /**
     * c[co + i*ldc .. +COLS) = beta c + sum over p below k of a[ao + i*k + p] b[bo + j*k + p], for i below {@code rows}.
     *
     * @param buffer room for BUFFER floats
     */
    static void multiply(int rows, int k, float[] a, int ao, HalfBits b, long bo, float beta, float[] c, int co, int ldc,
                         float[] buffer) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < COLS; j++) {
                int at = co + i * ldc + j;
                c[at] = beta == 0f ? 0f : c[at] * beta;
            }
        }
        int whole = k / (2 * L) * (2 * L);
        int step = 2 * (b.bf16() ? PAIRS : F16_PAIRS);
        for (int p = 0; p < whole; p += step) {
            int pairs = Math.min(step, whole - p) / 2;
            piece(pairs, k, b, bo + p, buffer);
            for (int i = 0; i < rows; i++) {
                if (b.bf16()) {
                    chains(pairs, a, ao + i * k + p, buffer, c, co + i * ldc);
                } else {
                    chainsOfFloats(2 * pairs, a, ao + i * k + p, buffer, c, co + i * ldc);
                }
            }
        }
        for (int i = 0; i < rows && whole < k; i++) {
            rest(whole, k, a, ao + i * k, b, bo, c, co + i * ldc);
        }
    }

    /** Fills the buffer from COLS rows of b: with pairs of BF16, or with floats. */
    private static void piece(int pairs, int k, HalfBits b, long from, float[] buffer) {
        for (int strip = 0; strip < STRIPS; strip++) {
            long start = 2 * (from + (long) strip * L * k);
            int to = strip * PAIRS * L;
            if (b.bf16()) {
                transpose(pairs, b.bits(), start, 2L * k, buffer, to);
            } else {
                int upper = to + F16_PAIRS * L;
                transpose(pairs, b.bits(), start, 2L * k, buffer, upper);
                widenF16(pairs, buffer, upper, to);
            }
        }
    }

    /** The floats may overwrite the pairs, those of the upper half of a strip's place in the buffer, as they are read first. */
    private static void widenF16(int pairs, float[] buffer, int from, int to) {
        for (int q = 0; q < pairs; q++) {
            IntVector both = FloatVector.fromArray(S, buffer, from + q * L).reinterpretAsInts();
            HalfBits.floatsOfF16(both.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.LSHR, 16))
                    .intoArray(buffer, to + 2 * q * L);
            HalfBits.floatsOfF16(both.lanewise(VectorOperators.LSHR, 16)).intoArray(buffer, to + 2 * q * L + L);
        }
    }

    private static void rest(int whole, int k, float[] a, int ao, HalfBits b, long bo, float[] c, int co) {
        float[] number = new float[1];
        for (int j = 0; j < COLS; j++) {
            float sum = c[co + j];
            for (int p = whole; p < k; p++) {
                b.widen(bo + (long) j * k + p, 1, number, 0);
                sum = Math.fma(a[ao + p], number[0], sum);
            }
            c[co + j] = sum;
        }
    }

    /** Pair q of column j of the strip goes to {@code buffer[to + q*L + j]}. */
    private static void transpose(int pairs, MemorySegment b, long from, long stride, float[] buffer, int to) {
        for (int q = 0; q < pairs; q += L) {
            block(b, from + 4L * q, stride, buffer, to + q * L);
        }
    }

    private static FloatVector row(MemorySegment b, long at) {
        return FloatVector.fromMemorySegment(S, b, at, LE);
    }

    private static void block(MemorySegment b, long at, long stride, float[] to, int t) {
        FloatVector r0 = row(b, at), r1 = row(b, at + stride);
        FloatVector r2 = row(b, at + 2 * stride), r3 = row(b, at + 3 * stride);
        FloatVector r4 = row(b, at + 4 * stride), r5 = row(b, at + 5 * stride);
        FloatVector r6 = row(b, at + 6 * stride), r7 = row(b, at + 7 * stride);
        FloatVector r8 = row(b, at + 8 * stride), r9 = row(b, at + 9 * stride);
        FloatVector r10 = row(b, at + 10 * stride), r11 = row(b, at + 11 * stride);
        FloatVector r12 = row(b, at + 12 * stride), r13 = row(b, at + 13 * stride);
        FloatVector r14 = row(b, at + 14 * stride), r15 = row(b, at + 15 * stride);
        FloatVector d0 = UPPER_1.selectFrom(r0, r1), d1 = LOWER_1.selectFrom(r0, r1);
        FloatVector d2 = UPPER_1.selectFrom(r2, r3), d3 = LOWER_1.selectFrom(r2, r3);
        FloatVector d4 = UPPER_1.selectFrom(r4, r5), d5 = LOWER_1.selectFrom(r4, r5);
        FloatVector d6 = UPPER_1.selectFrom(r6, r7), d7 = LOWER_1.selectFrom(r6, r7);
        FloatVector d8 = UPPER_1.selectFrom(r8, r9), d9 = LOWER_1.selectFrom(r8, r9);
        FloatVector d10 = UPPER_1.selectFrom(r10, r11), d11 = LOWER_1.selectFrom(r10, r11);
        FloatVector d12 = UPPER_1.selectFrom(r12, r13), d13 = LOWER_1.selectFrom(r12, r13);
        FloatVector d14 = UPPER_1.selectFrom(r14, r15), d15 = LOWER_1.selectFrom(r14, r15);
        FloatVector e0 = UPPER_2.selectFrom(d0, d2), e2 = LOWER_2.selectFrom(d0, d2);
        FloatVector e1 = UPPER_2.selectFrom(d1, d3), e3 = LOWER_2.selectFrom(d1, d3);
        FloatVector e4 = UPPER_2.selectFrom(d4, d6), e6 = LOWER_2.selectFrom(d4, d6);
        FloatVector e5 = UPPER_2.selectFrom(d5, d7), e7 = LOWER_2.selectFrom(d5, d7);
        FloatVector e8 = UPPER_2.selectFrom(d8, d10), e10 = LOWER_2.selectFrom(d8, d10);
        FloatVector e9 = UPPER_2.selectFrom(d9, d11), e11 = LOWER_2.selectFrom(d9, d11);
        FloatVector e12 = UPPER_2.selectFrom(d12, d14), e14 = LOWER_2.selectFrom(d12, d14);
        FloatVector e13 = UPPER_2.selectFrom(d13, d15), e15 = LOWER_2.selectFrom(d13, d15);
        FloatVector f0 = UPPER_4.selectFrom(e0, e4), f4 = LOWER_4.selectFrom(e0, e4);
        FloatVector f1 = UPPER_4.selectFrom(e1, e5), f5 = LOWER_4.selectFrom(e1, e5);
        FloatVector f2 = UPPER_4.selectFrom(e2, e6), f6 = LOWER_4.selectFrom(e2, e6);
        FloatVector f3 = UPPER_4.selectFrom(e3, e7), f7 = LOWER_4.selectFrom(e3, e7);
        FloatVector f8 = UPPER_4.selectFrom(e8, e12), f12 = LOWER_4.selectFrom(e8, e12);
        FloatVector f9 = UPPER_4.selectFrom(e9, e13), f13 = LOWER_4.selectFrom(e9, e13);
        FloatVector f10 = UPPER_4.selectFrom(e10, e14), f14 = LOWER_4.selectFrom(e10, e14);
        FloatVector f11 = UPPER_4.selectFrom(e11, e15), f15 = LOWER_4.selectFrom(e11, e15);
        FloatVector g0 = UPPER_8.selectFrom(f0, f8), g8 = LOWER_8.selectFrom(f0, f8);
        FloatVector g1 = UPPER_8.selectFrom(f1, f9), g9 = LOWER_8.selectFrom(f1, f9);
        FloatVector g2 = UPPER_8.selectFrom(f2, f10), g10 = LOWER_8.selectFrom(f2, f10);
        FloatVector g3 = UPPER_8.selectFrom(f3, f11), g11 = LOWER_8.selectFrom(f3, f11);
        FloatVector g4 = UPPER_8.selectFrom(f4, f12), g12 = LOWER_8.selectFrom(f4, f12);
        FloatVector g5 = UPPER_8.selectFrom(f5, f13), g13 = LOWER_8.selectFrom(f5, f13);
        FloatVector g6 = UPPER_8.selectFrom(f6, f14), g14 = LOWER_8.selectFrom(f6, f14);
        FloatVector g7 = UPPER_8.selectFrom(f7, f15), g15 = LOWER_8.selectFrom(f7, f15);
        g0.intoArray(to, t);
        g1.intoArray(to, t + L);
        g2.intoArray(to, t + 2 * L);
        g3.intoArray(to, t + 3 * L);
        g4.intoArray(to, t + 4 * L);
        g5.intoArray(to, t + 5 * L);
        g6.intoArray(to, t + 6 * L);
        g7.intoArray(to, t + 7 * L);
        g8.intoArray(to, t + 8 * L);
        g9.intoArray(to, t + 9 * L);
        g10.intoArray(to, t + 10 * L);
        g11.intoArray(to, t + 11 * L);
        g12.intoArray(to, t + 12 * L);
        g13.intoArray(to, t + 13 * L);
        g14.intoArray(to, t + 14 * L);
        g15.intoArray(to, t + 15 * L);
    }

    private static void chains(int pairs, float[] a, int ao, float[] b, float[] c, int co) {
        FloatVector sum0 = FloatVector.fromArray(S, c, co), sum1 = FloatVector.fromArray(S, c, co + L);
        FloatVector sum2 = FloatVector.fromArray(S, c, co + 2 * L), sum3 = FloatVector.fromArray(S, c, co + 3 * L);
        for (int q = 0; q < pairs; q++) {
            FloatVector x = FloatVector.broadcast(S, a[ao + 2 * q]), y = FloatVector.broadcast(S, a[ao + 2 * q + 1]);
            int at = q * L;
            IntVector b0 = FloatVector.fromArray(S, b, at).reinterpretAsInts();
            IntVector b1 = FloatVector.fromArray(S, b, at + PAIRS * L).reinterpretAsInts();
            IntVector b2 = FloatVector.fromArray(S, b, at + 2 * PAIRS * L).reinterpretAsInts();
            IntVector b3 = FloatVector.fromArray(S, b, at + 3 * PAIRS * L).reinterpretAsInts();
            sum0 = x.fma(b0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), sum0);
            sum1 = x.fma(b1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), sum1);
            sum2 = x.fma(b2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), sum2);
            sum3 = x.fma(b3.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats(), sum3);
            sum0 = y.fma(b0.and(UPPER_HALF).reinterpretAsFloats(), sum0);
            sum1 = y.fma(b1.and(UPPER_HALF).reinterpretAsFloats(), sum1);
            sum2 = y.fma(b2.and(UPPER_HALF).reinterpretAsFloats(), sum2);
            sum3 = y.fma(b3.and(UPPER_HALF).reinterpretAsFloats(), sum3);
        }
        sum0.intoArray(c, co);
        sum1.intoArray(c, co + L);
        sum2.intoArray(c, co + 2 * L);
        sum3.intoArray(c, co + 3 * L);
    }

    private static void chainsOfFloats(int steps, float[] a, int ao, float[] b, float[] c, int co) {
        FloatVector sum0 = FloatVector.fromArray(S, c, co), sum1 = FloatVector.fromArray(S, c, co + L);
        FloatVector sum2 = FloatVector.fromArray(S, c, co + 2 * L), sum3 = FloatVector.fromArray(S, c, co + 3 * L);
        for (int p = 0; p < steps; p++) {
            FloatVector x = FloatVector.broadcast(S, a[ao + p]);
            int at = p * L;
            sum0 = x.fma(FloatVector.fromArray(S, b, at), sum0);
            sum1 = x.fma(FloatVector.fromArray(S, b, at + PAIRS * L), sum1);
            sum2 = x.fma(FloatVector.fromArray(S, b, at + 2 * PAIRS * L), sum2);
            sum3 = x.fma(FloatVector.fromArray(S, b, at + 3 * PAIRS * L), sum3);
        }
        sum0.intoArray(c, co);
        sum1.intoArray(c, co + L);
        sum2.intoArray(c, co + 2 * L);
        sum3.intoArray(c, co + 3 * L);
    }
}
