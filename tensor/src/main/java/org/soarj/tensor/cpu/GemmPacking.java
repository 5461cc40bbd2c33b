package org.soarj.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Copies blocks of the operands of a product into the order in which the tiles read them. */
final class GemmPacking {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;

    private GemmPacking() {}

    /** Block of a stored (m,k), times alpha: element (i,p) to {@code start + i*toStride + p}. */
    static void rows(float[] a, int ao, int stride, float alpha, int rows, int depth, float[] to, int start, int toStride) {
        for (int i = 0; i < rows; i++) {
            int from = ao + i * stride;
            int at = start + i * toStride;
            int p = 0;
            for (; p + L <= depth; p += L) {
                FloatVector.fromArray(S, a, from + p).mul(alpha).intoArray(to, at + p);
            }
            for (; p < depth; p++) {
                to[at + p] = a[from + p] * alpha;
            }
        }
    }

    /**
     * Steps of columns of b stored (k,n) as whole panels, one behind the other: element (p,j) to
     * {@code start + j/width*panelSize + p*width + j%width}. Each row of b is read once, from left to right; two that are far from each
     * other at a time, so that the wait at the beginning of one's page is filled.
     */
    static void panels(float[] b, int bo, int stride, int panels, int width, int steps, float[] to, int start, int panelSize) {
        int half = steps / 2;
        int far = half * stride;
        int farTo = half * width;
        for (int p = 0; p < steps - half; p++) {
            int from = bo + p * stride;
            int at = start + p * width;
            for (int q = 0; q < panels; q++, at += panelSize) {
                for (int j = 0; j < width; j += L, from += L) {
                    FloatVector.fromArray(S, b, from).intoArray(to, at + j);
                    FloatVector.fromArray(S, b, from + far).intoArray(to, at + farTo + j);
                }
            }
        }
    }

    /** Columns of b stored (k,n) as one panel: element (p,j) to {@code at + p*width + j}; zeros fill it up to the width. */
    static void lastPanel(float[] b, int bo, int stride, int cols, int steps, float[] to, int at, int width) {
        for (int j = 0; j < width; j += L) {
            VectorMask<Float> inside = S.indexInRange(j, cols);
            for (int p = 0; p < steps; p++) {
                FloatVector.fromArray(S, b, bo + p * stride + j, inside).intoArray(to, at + p * width + j);
            }
        }
    }

    /**
     * Columns of a panel from b stored (n,k): element (p,j) to {@code at + p*width + j}. Or rows of a from a stored (k,m), with its steps
     * for columns and its rows for the depth. The last block of a side overlaps the one before.
     */
    static void transposed(float[] b, int bo, int stride, int cols, int depth, float[] to, int at, int width) {
        if (cols < L || depth < L) {
            transpose(b, bo, stride, cols, depth, to, at, width);
            return;
        }
        for (int j = 0; j < cols; j += L) {
            int column = Math.min(j, cols - L);
            for (int p = 0; p < depth; p += L) {
                int step = Math.min(p, depth - L);
                Transposition.block(b, bo + column * stride + step, stride, to, at + step * width + column, width);
            }
        }
    }

    private static void transpose(float[] b, int bo, int stride, int cols, int depth, float[] to, int at, int width) {
        for (int j = 0; j < cols; j++) {
            for (int p = 0; p < depth; p++) {
                to[at + p * width + j] = b[bo + j * stride + p];
            }
        }
    }

    /** Zeros in the columns of a panel from {@code cols} on. */
    static void fill(int cols, int depth, float[] to, int at, int width) {
        for (int p = 0; p < depth && cols < width; p++) {
            Arrays.fill(to, at + p * width + cols, at + p * width + width, 0f);
        }
    }

    /** Rows of {@code cols} numbers from one array to another. */
    static void copy(float[] from, int fo, int fromStride, float[] to, int at, int toStride, int rows, int cols) {
        int whole = cols / L * L;
        VectorMask<Float> rest = S.indexInRange(whole, cols);
        for (int i = 0; i < rows; i++) {
            int x = fo + i * fromStride;
            int y = at + i * toStride;
            for (int j = 0; j < whole; j += L) {
                FloatVector.fromArray(S, from, x + j).intoArray(to, y + j);
            }
            if (whole < cols) {
                FloatVector.fromArray(S, from, x + whole, rest).intoArray(to, y + whole, rest);
            }
        }
    }
}
