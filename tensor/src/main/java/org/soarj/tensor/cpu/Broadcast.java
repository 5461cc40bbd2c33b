package org.soarj.tensor.cpu;

import java.util.Arrays;
import org.soarj.tensor.Shape;
import org.soarj.tensor.backend.BinaryOp;
import org.soarj.tensor.backend.KernelShapes;

/**
 * Two operands of which one may be repeated: where the rows of a broadcast tensor begin, and the operation on one row. The
 * loops are plain, with a step of 1 or none at all, which is what C2 needs to make vectors of them.
 */
final class Broadcast {
    private Broadcast() {}

    /** For each row of {@code wide}, the offset of the row of {@code narrow} that meets it. */
    static int[] rowStarts(Shape narrow, Shape wide) {
        int[] strides = KernelShapes.broadcastStrides(narrow, wide);
        int[] starts = new int[wide.rows()];
        int[] at = new int[wide.rank()];
        int start = 0;
        for (int row = 0; row < starts.length; row++) {
            starts[row] = start;
            for (int i = wide.rank() - 2; i >= 0; i--) {
                start += strides[i];
                if (++at[i] < wide.dim(i)) {
                    break;
                }
                start -= at[i] * strides[i];
                at[i] = 0;
            }
        }
        return starts;
    }

    /** out[at+i] = a[ao+i] op b[bo+i] for i below n; a step of 0 reads one number for the whole run. */
    static void zip(BinaryOp op, float[] a, int ao, int aStep, float[] b, int bo, int bStep, float[] out, int at, int n) {
        if (aStep == 1 && bStep == 1) {
            rows(op, a, ao, b, bo, out, at, n);
        } else if (aStep == 1) {
            rowByNumber(op, a, ao, b[bo], out, at, n);
        } else if (bStep == 1) {
            numberByRow(op, a[ao], b, bo, out, at, n);
        } else {
            rows(op, a, ao, b, bo, out, at, 1);
            Arrays.fill(out, at + 1, at + n, out[at]);
        }
    }

    static void rows(BinaryOp op, float[] a, int ao, float[] b, int bo, float[] out, int at, int n) {
        switch (op) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a[ao + i] + b[bo + i];
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a[ao + i] - b[bo + i];
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a[ao + i] * b[bo + i];
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a[ao + i] / b[bo + i];
                }
            }
        }
    }

    private static void rowByNumber(BinaryOp op, float[] a, int ao, float b, float[] out, int at, int n) {
        switch (op) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a[ao + i] + b;
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a[ao + i] - b;
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a[ao + i] * b;
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a[ao + i] / b;
                }
            }
        }
    }

    private static void numberByRow(BinaryOp op, float a, float[] b, int bo, float[] out, int at, int n) {
        switch (op) {
            case ADD, MUL -> rowByNumber(op, b, bo, a, out, at, n);
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a - b[bo + i];
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = a / b[bo + i];
                }
            }
        }
    }
}
