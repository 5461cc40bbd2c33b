package org.soarj.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.soarj.tensor.Shape;
import org.soarj.tensor.backend.BinaryOp;
import org.soarj.tensor.backend.KernelShapes;

/**
 * Two operands of which one may be repeated: where the rows of a broadcast tensor begin, and the operation on one row. Rows
 * are short, so their loops are vectors by hand.
 */
final class Broadcast {
    private static final VectorSpecies<Float> S = Lanes.SPECIES;
    private static final int L = Lanes.WIDTH;

    private Broadcast() {}

    /** Where the rows of {@code narrow} begin, in the array of its tensor, that meet those of {@code wide}. */
    static Starts starts(Shape narrow, Shape wide) {
        int[] strides = KernelShapes.broadcastStrides(narrow, wide);
        int step = 0;
        int next = -1;
        boolean even = true;
        for (int i = wide.rank() - 2; i >= 0; i--) {
            if (wide.dim(i) > 1) {
                step = next < 0 ? strides[i] : step;
                even &= next < 0 || strides[i] == next;
                next = strides[i] * wide.dim(i);
            }
        }
        return new Starts(wide, strides, even ? step : -1);
    }

    /**
     * @param step from each row to the next where that is the same for all, else -1
     */
    record Starts(Shape wide, int[] strides, int step) {
        /** Where the row of the narrow tensor begins that meets this one. */
        int of(int row) {
            return Lanes.FIRST + (step >= 0 ? row * step : counted(row));
        }

        private int counted(int row) {
            int start = 0;
            int rest = row;
            for (int i = wide.rank() - 2; i >= 0; i--) {
                start += rest % wide.dim(i) * strides[i];
                rest /= wide.dim(i);
            }
            return start;
        }
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
            Arrays.fill(out, at, at + n, apply(op, a[ao], b[bo]));
        }
    }

    private static float apply(BinaryOp op, float a, float b) {
        return switch (op) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
        };
    }

    static void rows(BinaryOp op, float[] a, int ao, float[] b, int bo, float[] out, int at, int n) {
        int whole = n - n % L;
        switch (op) {
            case ADD -> {
                for (int i = 0; i < whole; i += L) {
                    FloatVector.fromArray(S, a, ao + i).add(FloatVector.fromArray(S, b, bo + i)).intoArray(out, at + i);
                }
            }
            case SUB -> {
                for (int i = 0; i < whole; i += L) {
                    FloatVector.fromArray(S, a, ao + i).sub(FloatVector.fromArray(S, b, bo + i)).intoArray(out, at + i);
                }
            }
            case MUL -> {
                for (int i = 0; i < whole; i += L) {
                    FloatVector.fromArray(S, a, ao + i).mul(FloatVector.fromArray(S, b, bo + i)).intoArray(out, at + i);
                }
            }
            case DIV -> {
                for (int i = 0; i < whole; i += L) {
                    FloatVector.fromArray(S, a, ao + i).div(FloatVector.fromArray(S, b, bo + i)).intoArray(out, at + i);
                }
            }
        }
        for (int i = whole; i < n; i++) {
            out[at + i] = apply(op, a[ao + i], b[bo + i]);
        }
    }

    private static void rowByNumber(BinaryOp op, float[] a, int ao, float b, float[] out, int at, int n) {
        int whole = n - n % L;
        switch (op) {
            case ADD -> {
                for (int i = 0; i < whole; i += L) {
                    FloatVector.fromArray(S, a, ao + i).add(b).intoArray(out, at + i);
                }
            }
            case SUB -> {
                for (int i = 0; i < whole; i += L) {
                    FloatVector.fromArray(S, a, ao + i).sub(b).intoArray(out, at + i);
                }
            }
            case MUL -> {
                for (int i = 0; i < whole; i += L) {
                    FloatVector.fromArray(S, a, ao + i).mul(b).intoArray(out, at + i);
                }
            }
            case DIV -> {
                for (int i = 0; i < whole; i += L) {
                    FloatVector.fromArray(S, a, ao + i).div(b).intoArray(out, at + i);
                }
            }
        }
        for (int i = whole; i < n; i++) {
            out[at + i] = apply(op, a[ao + i], b);
        }
    }

    private static void numberByRow(BinaryOp op, float a, float[] b, int bo, float[] out, int at, int n) {
        if (op == BinaryOp.ADD || op == BinaryOp.MUL) {
            rowByNumber(op, b, bo, a, out, at, n);
            return;
        }
        FloatVector left = FloatVector.broadcast(S, a);
        int whole = n - n % L;
        for (int i = 0; i < whole; i += L) {
            FloatVector right = FloatVector.fromArray(S, b, bo + i);
            (op == BinaryOp.SUB ? left.sub(right) : left.div(right)).intoArray(out, at + i);
        }
        for (int i = whole; i < n; i++) {
            out[at + i] = apply(op, a, b[bo + i]);
        }
    }
}
