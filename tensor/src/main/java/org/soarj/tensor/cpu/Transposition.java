package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes square blocks of one vector's width in registers.
 *
 * <p>A stage of step h swaps, in each pair of rows i and i+h, the upper right h by h corner with the lower left one; the
 * stages h = 1, 2, 4, 8 together transpose 16 rows (Eklundh 1972). The rows stay in registers from stage to stage: going
 * through memory between two stages takes three times as long. They are taken for integers: lanes that are floats C2 would turn into
 * integers once a block.
 */
final class Transposition {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final VectorSpecies<Integer> INTS = S.withLanes(int.class);
    private static final int L = Lanes.WIDTH;
    /**
     * UPPER_h: for each lane of row i after the stage of step h, its lane among those of rows i and i+h before; LOWER_h: the
     * same for row i+h. Steps that are too large for the vectors are not used.
     */
    static final IntVector UPPER_1 = upper(1), LOWER_1 = lower(1);
    static final IntVector UPPER_2 = upper(2), LOWER_2 = lower(2);
    static final IntVector UPPER_4 = upper(4), LOWER_4 = lower(4);
    static final IntVector UPPER_8 = upper(8), LOWER_8 = lower(8);

    private Transposition() {}

    /** to[at + j*toStride + i] = from[fo + i*stride + j] for i and j below the vector width. */
    static void block(float[] from, int fo, int stride, float[] to, int at, int toStride) {
        if (L == 16) {
            block16(from, fo, stride, to, at, toStride);
        } else if (L == 8) {
            block8(from, fo, stride, to, at, toStride);
        } else {
            block4(from, fo, stride, to, at, toStride);
        }
    }

    private static IntVector upper(int h) {
        int[] lanes = new int[L];
        for (int j = 0; j < L; j++) {
            lanes[j] = (j & h) == 0 ? j : L + j - h;
        }
        return IntVector.fromArray(INTS, lanes, 0);
    }

    private static IntVector lower(int h) {
        int[] lanes = new int[L];
        for (int j = 0; j < L; j++) {
            lanes[j] = (j & h) == 0 ? (j + h) % L : L + j;
        }
        return IntVector.fromArray(INTS, lanes, 0);
    }

    static IntVector row(float[] from, int at) {
        return FloatVector.fromArray(S, from, at).reinterpretAsInts();
    }

    private static void block4(float[] from, int fo, int stride, float[] to, int at, int toStride) {
        IntVector r0 = row(from, fo), r1 = row(from, fo + stride);
        IntVector r2 = row(from, fo + 2 * stride), r3 = row(from, fo + 3 * stride);
        IntVector a0 = UPPER_1.selectFrom(r0, r1), a1 = LOWER_1.selectFrom(r0, r1);
        IntVector a2 = UPPER_1.selectFrom(r2, r3), a3 = LOWER_1.selectFrom(r2, r3);
        IntVector b0 = UPPER_2.selectFrom(a0, a2), b2 = LOWER_2.selectFrom(a0, a2);
        IntVector b1 = UPPER_2.selectFrom(a1, a3), b3 = LOWER_2.selectFrom(a1, a3);
        b0.reinterpretAsFloats().intoArray(to, at);
        b1.reinterpretAsFloats().intoArray(to, at + toStride);
        b2.reinterpretAsFloats().intoArray(to, at + 2 * toStride);
        b3.reinterpretAsFloats().intoArray(to, at + 3 * toStride);
    }

    private static void block8(float[] from, int fo, int stride, float[] to, int at, int toStride) {
        IntVector r0 = row(from, fo), r1 = row(from, fo + stride);
        IntVector r2 = row(from, fo + 2 * stride), r3 = row(from, fo + 3 * stride);
        IntVector r4 = row(from, fo + 4 * stride), r5 = row(from, fo + 5 * stride);
        IntVector r6 = row(from, fo + 6 * stride), r7 = row(from, fo + 7 * stride);
        IntVector a0 = UPPER_1.selectFrom(r0, r1), a1 = LOWER_1.selectFrom(r0, r1);
        IntVector a2 = UPPER_1.selectFrom(r2, r3), a3 = LOWER_1.selectFrom(r2, r3);
        IntVector a4 = UPPER_1.selectFrom(r4, r5), a5 = LOWER_1.selectFrom(r4, r5);
        IntVector a6 = UPPER_1.selectFrom(r6, r7), a7 = LOWER_1.selectFrom(r6, r7);
        IntVector b0 = UPPER_2.selectFrom(a0, a2), b2 = LOWER_2.selectFrom(a0, a2);
        IntVector b1 = UPPER_2.selectFrom(a1, a3), b3 = LOWER_2.selectFrom(a1, a3);
        IntVector b4 = UPPER_2.selectFrom(a4, a6), b6 = LOWER_2.selectFrom(a4, a6);
        IntVector b5 = UPPER_2.selectFrom(a5, a7), b7 = LOWER_2.selectFrom(a5, a7);
        IntVector c0 = UPPER_4.selectFrom(b0, b4), c4 = LOWER_4.selectFrom(b0, b4);
        IntVector c1 = UPPER_4.selectFrom(b1, b5), c5 = LOWER_4.selectFrom(b1, b5);
        IntVector c2 = UPPER_4.selectFrom(b2, b6), c6 = LOWER_4.selectFrom(b2, b6);
        IntVector c3 = UPPER_4.selectFrom(b3, b7), c7 = LOWER_4.selectFrom(b3, b7);
        c0.reinterpretAsFloats().intoArray(to, at);
        c1.reinterpretAsFloats().intoArray(to, at + toStride);
        c2.reinterpretAsFloats().intoArray(to, at + 2 * toStride);
        c3.reinterpretAsFloats().intoArray(to, at + 3 * toStride);
        c4.reinterpretAsFloats().intoArray(to, at + 4 * toStride);
        c5.reinterpretAsFloats().intoArray(to, at + 5 * toStride);
        c6.reinterpretAsFloats().intoArray(to, at + 6 * toStride);
        c7.reinterpretAsFloats().intoArray(to, at + 7 * toStride);
    }

    private static void block16(float[] from, int fo, int stride, float[] to, int at, int toStride) {
        IntVector r0 = row(from, fo), r1 = row(from, fo + stride);
        IntVector r2 = row(from, fo + 2 * stride), r3 = row(from, fo + 3 * stride);
        IntVector r4 = row(from, fo + 4 * stride), r5 = row(from, fo + 5 * stride);
        IntVector r6 = row(from, fo + 6 * stride), r7 = row(from, fo + 7 * stride);
        IntVector r8 = row(from, fo + 8 * stride), r9 = row(from, fo + 9 * stride);
        IntVector r10 = row(from, fo + 10 * stride), r11 = row(from, fo + 11 * stride);
        IntVector r12 = row(from, fo + 12 * stride), r13 = row(from, fo + 13 * stride);
        IntVector r14 = row(from, fo + 14 * stride), r15 = row(from, fo + 15 * stride);
        IntVector a0 = UPPER_1.selectFrom(r0, r1), a1 = LOWER_1.selectFrom(r0, r1);
        IntVector a2 = UPPER_1.selectFrom(r2, r3), a3 = LOWER_1.selectFrom(r2, r3);
        IntVector a4 = UPPER_1.selectFrom(r4, r5), a5 = LOWER_1.selectFrom(r4, r5);
        IntVector a6 = UPPER_1.selectFrom(r6, r7), a7 = LOWER_1.selectFrom(r6, r7);
        IntVector a8 = UPPER_1.selectFrom(r8, r9), a9 = LOWER_1.selectFrom(r8, r9);
        IntVector a10 = UPPER_1.selectFrom(r10, r11), a11 = LOWER_1.selectFrom(r10, r11);
        IntVector a12 = UPPER_1.selectFrom(r12, r13), a13 = LOWER_1.selectFrom(r12, r13);
        IntVector a14 = UPPER_1.selectFrom(r14, r15), a15 = LOWER_1.selectFrom(r14, r15);
        IntVector b0 = UPPER_2.selectFrom(a0, a2), b2 = LOWER_2.selectFrom(a0, a2);
        IntVector b1 = UPPER_2.selectFrom(a1, a3), b3 = LOWER_2.selectFrom(a1, a3);
        IntVector b4 = UPPER_2.selectFrom(a4, a6), b6 = LOWER_2.selectFrom(a4, a6);
        IntVector b5 = UPPER_2.selectFrom(a5, a7), b7 = LOWER_2.selectFrom(a5, a7);
        IntVector b8 = UPPER_2.selectFrom(a8, a10), b10 = LOWER_2.selectFrom(a8, a10);
        IntVector b9 = UPPER_2.selectFrom(a9, a11), b11 = LOWER_2.selectFrom(a9, a11);
        IntVector b12 = UPPER_2.selectFrom(a12, a14), b14 = LOWER_2.selectFrom(a12, a14);
        IntVector b13 = UPPER_2.selectFrom(a13, a15), b15 = LOWER_2.selectFrom(a13, a15);
        IntVector c0 = UPPER_4.selectFrom(b0, b4), c4 = LOWER_4.selectFrom(b0, b4);
        IntVector c1 = UPPER_4.selectFrom(b1, b5), c5 = LOWER_4.selectFrom(b1, b5);
        IntVector c2 = UPPER_4.selectFrom(b2, b6), c6 = LOWER_4.selectFrom(b2, b6);
        IntVector c3 = UPPER_4.selectFrom(b3, b7), c7 = LOWER_4.selectFrom(b3, b7);
        IntVector c8 = UPPER_4.selectFrom(b8, b12), c12 = LOWER_4.selectFrom(b8, b12);
        IntVector c9 = UPPER_4.selectFrom(b9, b13), c13 = LOWER_4.selectFrom(b9, b13);
        IntVector c10 = UPPER_4.selectFrom(b10, b14), c14 = LOWER_4.selectFrom(b10, b14);
        IntVector c11 = UPPER_4.selectFrom(b11, b15), c15 = LOWER_4.selectFrom(b11, b15);
        IntVector d0 = UPPER_8.selectFrom(c0, c8), d8 = LOWER_8.selectFrom(c0, c8);
        IntVector d1 = UPPER_8.selectFrom(c1, c9), d9 = LOWER_8.selectFrom(c1, c9);
        IntVector d2 = UPPER_8.selectFrom(c2, c10), d10 = LOWER_8.selectFrom(c2, c10);
        IntVector d3 = UPPER_8.selectFrom(c3, c11), d11 = LOWER_8.selectFrom(c3, c11);
        IntVector d4 = UPPER_8.selectFrom(c4, c12), d12 = LOWER_8.selectFrom(c4, c12);
        IntVector d5 = UPPER_8.selectFrom(c5, c13), d13 = LOWER_8.selectFrom(c5, c13);
        IntVector d6 = UPPER_8.selectFrom(c6, c14), d14 = LOWER_8.selectFrom(c6, c14);
        IntVector d7 = UPPER_8.selectFrom(c7, c15), d15 = LOWER_8.selectFrom(c7, c15);
        d0.reinterpretAsFloats().intoArray(to, at);
        d1.reinterpretAsFloats().intoArray(to, at + toStride);
        d2.reinterpretAsFloats().intoArray(to, at + 2 * toStride);
        d3.reinterpretAsFloats().intoArray(to, at + 3 * toStride);
        d4.reinterpretAsFloats().intoArray(to, at + 4 * toStride);
        d5.reinterpretAsFloats().intoArray(to, at + 5 * toStride);
        d6.reinterpretAsFloats().intoArray(to, at + 6 * toStride);
        d7.reinterpretAsFloats().intoArray(to, at + 7 * toStride);
        d8.reinterpretAsFloats().intoArray(to, at + 8 * toStride);
        d9.reinterpretAsFloats().intoArray(to, at + 9 * toStride);
        d10.reinterpretAsFloats().intoArray(to, at + 10 * toStride);
        d11.reinterpretAsFloats().intoArray(to, at + 11 * toStride);
        d12.reinterpretAsFloats().intoArray(to, at + 12 * toStride);
        d13.reinterpretAsFloats().intoArray(to, at + 13 * toStride);
        d14.reinterpretAsFloats().intoArray(to, at + 14 * toStride);
        d15.reinterpretAsFloats().intoArray(to, at + 15 * toStride);
    }
}
