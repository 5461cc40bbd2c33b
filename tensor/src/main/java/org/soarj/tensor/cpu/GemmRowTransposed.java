package org.soarj.tensor.cpu;

import static org.soarj.tensor.cpu.Transposition.LOWER_1;
import static org.soarj.tensor.cpu.Transposition.LOWER_2;
import static org.soarj.tensor.cpu.Transposition.LOWER_4;
import static org.soarj.tensor.cpu.Transposition.LOWER_8;
import static org.soarj.tensor.cpu.Transposition.UPPER_1;
import static org.soarj.tensor.cpu.Transposition.UPPER_2;
import static org.soarj.tensor.cpu.Transposition.UPPER_4;
import static org.soarj.tensor.cpu.Transposition.UPPER_8;
import static org.soarj.tensor.cpu.Transposition.row;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A row times a transposed matrix that is read once: c = a b^T, or c += a b^T, with b stored (n,k), as for every weight when one
 * sequence is decoded. For vectors of 16 lanes.
 *
 * <p>Each element of c is a chain over k, so its column must lie in one lane: sixteen rows of b at a time are transposed in
 * registers, as in {@link Transposition}, and go into the chains from there. That is twice as fast as through a panel.
 */
final class GemmRowTransposed {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    /** Lanes that the kernel is written for. */
    static final int L = 16;

    private GemmRowTransposed() {}

    /**
     * c[co .. co+cols) = c, or 0 unless {@code adds}, + sum over p below k of a[ao + p] b[bo + j*k + p]; cols at least 16.
     *
     * @param last room for L floats
     */
    static void multiply(int k, float[] a, int ao, float[] b, int bo, boolean adds, float[] c, int co, int cols, float[] last) {
        int whole = cols / L * L;
        // Columns left over end one more strip, which overlaps the one before it and so must not write to c.
        System.arraycopy(c, co + cols - L, last, 0, L);
        for (int j = 0; j < whole; j += L) {
            strip(k, a, ao, b, bo + j * k, adds, c, co + j);
        }
        if (whole < cols) {
            strip(k, a, ao, b, bo + (cols - L) * k, adds, last, 0);
            System.arraycopy(last, L - (cols - whole), c, co + whole, cols - whole);
        }
    }

    private static void strip(int k, float[] a, int ao, float[] b, int bo, boolean adds, float[] c, int co) {
        int whole = k / L * L;
        chains(whole, k, a, ao, b, bo, adds, c, co);
        for (int j = 0; j < L; j++) {
            float sum = c[co + j];
            for (int p = whole; p < k; p++) {
                sum = Math.fma(a[ao + p], b[bo + j * k + p], sum);
            }
            c[co + j] = sum;
        }
    }

    private static void chains(int whole, int k, float[] a, int ao, float[] b, int bo, boolean adds, float[] c, int co) {
        FloatVector sum = adds ? FloatVector.fromArray(S, c, co) : FloatVector.zero(S);
        for (int p = 0; p < whole; p += L) {
            int at = bo + p;
            int x = ao + p;
            IntVector r0 = row(b, at), r1 = row(b, at + k);
            IntVector r2 = row(b, at + 2 * k), r3 = row(b, at + 3 * k);
            IntVector r4 = row(b, at + 4 * k), r5 = row(b, at + 5 * k);
            IntVector r6 = row(b, at + 6 * k), r7 = row(b, at + 7 * k);
            IntVector r8 = row(b, at + 8 * k), r9 = row(b, at + 9 * k);
            IntVector r10 = row(b, at + 10 * k), r11 = row(b, at + 11 * k);
            IntVector r12 = row(b, at + 12 * k), r13 = row(b, at + 13 * k);
            IntVector r14 = row(b, at + 14 * k), r15 = row(b, at + 15 * k);
            IntVector d0 = UPPER_1.selectFrom(r0, r1), d1 = LOWER_1.selectFrom(r0, r1);
            IntVector d2 = UPPER_1.selectFrom(r2, r3), d3 = LOWER_1.selectFrom(r2, r3);
            IntVector d4 = UPPER_1.selectFrom(r4, r5), d5 = LOWER_1.selectFrom(r4, r5);
            IntVector d6 = UPPER_1.selectFrom(r6, r7), d7 = LOWER_1.selectFrom(r6, r7);
            IntVector d8 = UPPER_1.selectFrom(r8, r9), d9 = LOWER_1.selectFrom(r8, r9);
            IntVector d10 = UPPER_1.selectFrom(r10, r11), d11 = LOWER_1.selectFrom(r10, r11);
            IntVector d12 = UPPER_1.selectFrom(r12, r13), d13 = LOWER_1.selectFrom(r12, r13);
            IntVector d14 = UPPER_1.selectFrom(r14, r15), d15 = LOWER_1.selectFrom(r14, r15);
            IntVector e0 = UPPER_2.selectFrom(d0, d2), e2 = LOWER_2.selectFrom(d0, d2);
            IntVector e1 = UPPER_2.selectFrom(d1, d3), e3 = LOWER_2.selectFrom(d1, d3);
            IntVector e4 = UPPER_2.selectFrom(d4, d6), e6 = LOWER_2.selectFrom(d4, d6);
            IntVector e5 = UPPER_2.selectFrom(d5, d7), e7 = LOWER_2.selectFrom(d5, d7);
            IntVector e8 = UPPER_2.selectFrom(d8, d10), e10 = LOWER_2.selectFrom(d8, d10);
            IntVector e9 = UPPER_2.selectFrom(d9, d11), e11 = LOWER_2.selectFrom(d9, d11);
            IntVector e12 = UPPER_2.selectFrom(d12, d14), e14 = LOWER_2.selectFrom(d12, d14);
            IntVector e13 = UPPER_2.selectFrom(d13, d15), e15 = LOWER_2.selectFrom(d13, d15);
            IntVector f0 = UPPER_4.selectFrom(e0, e4), f4 = LOWER_4.selectFrom(e0, e4);
            IntVector f1 = UPPER_4.selectFrom(e1, e5), f5 = LOWER_4.selectFrom(e1, e5);
            IntVector f2 = UPPER_4.selectFrom(e2, e6), f6 = LOWER_4.selectFrom(e2, e6);
            IntVector f3 = UPPER_4.selectFrom(e3, e7), f7 = LOWER_4.selectFrom(e3, e7);
            IntVector f8 = UPPER_4.selectFrom(e8, e12), f12 = LOWER_4.selectFrom(e8, e12);
            IntVector f9 = UPPER_4.selectFrom(e9, e13), f13 = LOWER_4.selectFrom(e9, e13);
            IntVector f10 = UPPER_4.selectFrom(e10, e14), f14 = LOWER_4.selectFrom(e10, e14);
            IntVector f11 = UPPER_4.selectFrom(e11, e15), f15 = LOWER_4.selectFrom(e11, e15);
            IntVector g0 = UPPER_8.selectFrom(f0, f8), g8 = LOWER_8.selectFrom(f0, f8);
            IntVector g1 = UPPER_8.selectFrom(f1, f9), g9 = LOWER_8.selectFrom(f1, f9);
            IntVector g2 = UPPER_8.selectFrom(f2, f10), g10 = LOWER_8.selectFrom(f2, f10);
            IntVector g3 = UPPER_8.selectFrom(f3, f11), g11 = LOWER_8.selectFrom(f3, f11);
            IntVector g4 = UPPER_8.selectFrom(f4, f12), g12 = LOWER_8.selectFrom(f4, f12);
            IntVector g5 = UPPER_8.selectFrom(f5, f13), g13 = LOWER_8.selectFrom(f5, f13);
            IntVector g6 = UPPER_8.selectFrom(f6, f14), g14 = LOWER_8.selectFrom(f6, f14);
            IntVector g7 = UPPER_8.selectFrom(f7, f15), g15 = LOWER_8.selectFrom(f7, f15);
            sum = g0.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x]), sum);
            sum = g1.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 1]), sum);
            sum = g2.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 2]), sum);
            sum = g3.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 3]), sum);
            sum = g4.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 4]), sum);
            sum = g5.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 5]), sum);
            sum = g6.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 6]), sum);
            sum = g7.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 7]), sum);
            sum = g8.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 8]), sum);
            sum = g9.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 9]), sum);
            sum = g10.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 10]), sum);
            sum = g11.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 11]), sum);
            sum = g12.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 12]), sum);
            sum = g13.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 13]), sum);
            sum = g14.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 14]), sum);
            sum = g15.reinterpretAsFloats().fma(FloatVector.broadcast(S, a[x + 15]), sum);
        }
        sum.intoArray(c, co);
    }
}
