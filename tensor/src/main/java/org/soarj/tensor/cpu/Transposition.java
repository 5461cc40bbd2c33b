package org.soarj.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes square blocks of one vector's width in registers.
 *
 * <p>A stage of step h swaps, in each pair of rows i and i+h, the upper right h by h corner with the lower left one; the
 * stages h = 1, 2, 4, 8 together transpose 16 rows (Eklundh 1972). The rows stay in registers from stage to stage: going
 * through memory between two stages takes three times as long.
 */
final class Transposition {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;
    /**
     * UPPER_h: for each lane of row i after the stage of step h, its lane among those of rows i and i+h before; LOWER_h: the
     * same for row i+h. Steps that are too large for the vectors are not used.
     */
    static final FloatVector UPPER_1 = upper(1), LOWER_1 = lower(1);
    static final FloatVector UPPER_2 = upper(2), LOWER_2 = lower(2);
    static final FloatVector UPPER_4 = upper(4), LOWER_4 = lower(4);
    static final FloatVector UPPER_8 = upper(8), LOWER_8 = lower(8);

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

    private static FloatVector upper(int h) {
        float[] lanes = new float[L];
        for (int j = 0; j < L; j++) {
            lanes[j] = (j & h) == 0 ? j : L + j - h;
        }
        return FloatVector.fromArray(S, lanes, 0);
    }

    private static FloatVector lower(int h) {
        float[] lanes = new float[L];
        for (int j = 0; j < L; j++) {
            lanes[j] = (j & h) == 0 ? (j + h) % L : L + j;
        }
        return FloatVector.fromArray(S, lanes, 0);
    }

    private static FloatVector row(float[] from, int at) {
        return FloatVector.fromArray(S, from, at);
    }

    private static void block4(float[] from, int fo, int stride, float[] to, int at, int toStride) {
        FloatVector r0 = row(from, fo), r1 = row(from, fo + stride);
        FloatVector r2 = row(from, fo + 2 * stride), r3 = row(from, fo + 3 * stride);
        FloatVector a0 = UPPER_1.selectFrom(r0, r1), a1 = LOWER_1.selectFrom(r0, r1);
        FloatVector a2 = UPPER_1.selectFrom(r2, r3), a3 = LOWER_1.selectFrom(r2, r3);
        FloatVector b0 = UPPER_2.selectFrom(a0, a2), b2 = LOWER_2.selectFrom(a0, a2);
        FloatVector b1 = UPPER_2.selectFrom(a1, a3), b3 = LOWER_2.selectFrom(a1, a3);
        b0.intoArray(to, at);
        b1.intoArray(to, at + toStride);
        b2.intoArray(to, at + 2 * toStride);
        b3.intoArray(to, at + 3 * toStride);
    }

    private static void block8(float[] from, int fo, int stride, float[] to, int at, int toStride) {
        FloatVector r0 = row(from, fo), r1 = row(from, fo + stride);
        FloatVector r2 = row(from, fo + 2 * stride), r3 = row(from, fo + 3 * stride);
        FloatVector r4 = row(from, fo + 4 * stride), r5 = row(from, fo + 5 * stride);
        FloatVector r6 = row(from, fo + 6 * stride), r7 = row(from, fo + 7 * stride);
        FloatVector a0 = UPPER_1.selectFrom(r0, r1), a1 = LOWER_1.selectFrom(r0, r1);
        FloatVector a2 = UPPER_1.selectFrom(r2, r3), a3 = LOWER_1.selectFrom(r2, r3);
        FloatVector a4 = UPPER_1.selectFrom(r4, r5), a5 = LOWER_1.selectFrom(r4, r5);
        FloatVector a6 = UPPER_1.selectFrom(r6, r7), a7 = LOWER_1.selectFrom(r6, r7);
        FloatVector b0 = UPPER_2.selectFrom(a0, a2), b2 = LOWER_2.selectFrom(a0, a2);
        FloatVector b1 = UPPER_2.selectFrom(a1, a3), b3 = LOWER_2.selectFrom(a1, a3);
        FloatVector b4 = UPPER_2.selectFrom(a4, a6), b6 = LOWER_2.selectFrom(a4, a6);
        FloatVector b5 = UPPER_2.selectFrom(a5, a7), b7 = LOWER_2.selectFrom(a5, a7);
        FloatVector c0 = UPPER_4.selectFrom(b0, b4), c4 = LOWER_4.selectFrom(b0, b4);
        FloatVector c1 = UPPER_4.selectFrom(b1, b5), c5 = LOWER_4.selectFrom(b1, b5);
        FloatVector c2 = UPPER_4.selectFrom(b2, b6), c6 = LOWER_4.selectFrom(b2, b6);
        FloatVector c3 = UPPER_4.selectFrom(b3, b7), c7 = LOWER_4.selectFrom(b3, b7);
        c0.intoArray(to, at);
        c1.intoArray(to, at + toStride);
        c2.intoArray(to, at + 2 * toStride);
        c3.intoArray(to, at + 3 * toStride);
        c4.intoArray(to, at + 4 * toStride);
        c5.intoArray(to, at + 5 * toStride);
        c6.intoArray(to, at + 6 * toStride);
        c7.intoArray(to, at + 7 * toStride);
    }

    private static void block16(float[] from, int fo, int stride, float[] to, int at, int toStride) {
        FloatVector r0 = row(from, fo), r1 = row(from, fo + stride);
        FloatVector r2 = row(from, fo + 2 * stride), r3 = row(from, fo + 3 * stride);
        FloatVector r4 = row(from, fo + 4 * stride), r5 = row(from, fo + 5 * stride);
        FloatVector r6 = row(from, fo + 6 * stride), r7 = row(from, fo + 7 * stride);
        FloatVector r8 = row(from, fo + 8 * stride), r9 = row(from, fo + 9 * stride);
        FloatVector r10 = row(from, fo + 10 * stride), r11 = row(from, fo + 11 * stride);
        FloatVector r12 = row(from, fo + 12 * stride), r13 = row(from, fo + 13 * stride);
        FloatVector r14 = row(from, fo + 14 * stride), r15 = row(from, fo + 15 * stride);
        FloatVector a0 = UPPER_1.selectFrom(r0, r1), a1 = LOWER_1.selectFrom(r0, r1);
        FloatVector a2 = UPPER_1.selectFrom(r2, r3), a3 = LOWER_1.selectFrom(r2, r3);
        FloatVector a4 = UPPER_1.selectFrom(r4, r5), a5 = LOWER_1.selectFrom(r4, r5);
        FloatVector a6 = UPPER_1.selectFrom(r6, r7), a7 = LOWER_1.selectFrom(r6, r7);
        FloatVector a8 = UPPER_1.selectFrom(r8, r9), a9 = LOWER_1.selectFrom(r8, r9);
        FloatVector a10 = UPPER_1.selectFrom(r10, r11), a11 = LOWER_1.selectFrom(r10, r11);
        FloatVector a12 = UPPER_1.selectFrom(r12, r13), a13 = LOWER_1.selectFrom(r12, r13);
        FloatVector a14 = UPPER_1.selectFrom(r14, r15), a15 = LOWER_1.selectFrom(r14, r15);
        FloatVector b0 = UPPER_2.selectFrom(a0, a2), b2 = LOWER_2.selectFrom(a0, a2);
        FloatVector b1 = UPPER_2.selectFrom(a1, a3), b3 = LOWER_2.selectFrom(a1, a3);
        FloatVector b4 = UPPER_2.selectFrom(a4, a6), b6 = LOWER_2.selectFrom(a4, a6);
        FloatVector b5 = UPPER_2.selectFrom(a5, a7), b7 = LOWER_2.selectFrom(a5, a7);
        FloatVector b8 = UPPER_2.selectFrom(a8, a10), b10 = LOWER_2.selectFrom(a8, a10);
        FloatVector b9 = UPPER_2.selectFrom(a9, a11), b11 = LOWER_2.selectFrom(a9, a11);
        FloatVector b12 = UPPER_2.selectFrom(a12, a14), b14 = LOWER_2.selectFrom(a12, a14);
        FloatVector b13 = UPPER_2.selectFrom(a13, a15), b15 = LOWER_2.selectFrom(a13, a15);
        FloatVector c0 = UPPER_4.selectFrom(b0, b4), c4 = LOWER_4.selectFrom(b0, b4);
        FloatVector c1 = UPPER_4.selectFrom(b1, b5), c5 = LOWER_4.selectFrom(b1, b5);
        FloatVector c2 = UPPER_4.selectFrom(b2, b6), c6 = LOWER_4.selectFrom(b2, b6);
        FloatVector c3 = UPPER_4.selectFrom(b3, b7), c7 = LOWER_4.selectFrom(b3, b7);
        FloatVector c8 = UPPER_4.selectFrom(b8, b12), c12 = LOWER_4.selectFrom(b8, b12);
        FloatVector c9 = UPPER_4.selectFrom(b9, b13), c13 = LOWER_4.selectFrom(b9, b13);
        FloatVector c10 = UPPER_4.selectFrom(b10, b14), c14 = LOWER_4.selectFrom(b10, b14);
        FloatVector c11 = UPPER_4.selectFrom(b11, b15), c15 = LOWER_4.selectFrom(b11, b15);
        FloatVector d0 = UPPER_8.selectFrom(c0, c8), d8 = LOWER_8.selectFrom(c0, c8);
        FloatVector d1 = UPPER_8.selectFrom(c1, c9), d9 = LOWER_8.selectFrom(c1, c9);
        FloatVector d2 = UPPER_8.selectFrom(c2, c10), d10 = LOWER_8.selectFrom(c2, c10);
        FloatVector d3 = UPPER_8.selectFrom(c3, c11), d11 = LOWER_8.selectFrom(c3, c11);
        FloatVector d4 = UPPER_8.selectFrom(c4, c12), d12 = LOWER_8.selectFrom(c4, c12);
        FloatVector d5 = UPPER_8.selectFrom(c5, c13), d13 = LOWER_8.selectFrom(c5, c13);
        FloatVector d6 = UPPER_8.selectFrom(c6, c14), d14 = LOWER_8.selectFrom(c6, c14);
        FloatVector d7 = UPPER_8.selectFrom(c7, c15), d15 = LOWER_8.selectFrom(c7, c15);
        d0.intoArray(to, at);
        d1.intoArray(to, at + toStride);
        d2.intoArray(to, at + 2 * toStride);
        d3.intoArray(to, at + 3 * toStride);
        d4.intoArray(to, at + 4 * toStride);
        d5.intoArray(to, at + 5 * toStride);
        d6.intoArray(to, at + 6 * toStride);
        d7.intoArray(to, at + 7 * toStride);
        d8.intoArray(to, at + 8 * toStride);
        d9.intoArray(to, at + 9 * toStride);
        d10.intoArray(to, at + 10 * toStride);
        d11.intoArray(to, at + 11 * toStride);
        d12.intoArray(to, at + 12 * toStride);
        d13.intoArray(to, at + 13 * toStride);
        d14.intoArray(to, at + 14 * toStride);
        d15.intoArray(to, at + 15 * toStride);
    }
}
