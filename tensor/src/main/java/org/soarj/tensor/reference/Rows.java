package org.soarj.tensor.reference;

import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.KernelShapes;

/** Kernels in which each row of the result needs the same row of the inputs. */
interface Rows extends Backend {

    @Override
    default void softmax(Tensor x, Tensor y) {
        KernelShapes.softmax(x, y);
        int cols = x.cols();
        for (int row = 0; row < x.rows(); row++) {
            double max = max(x, row);
            double sum = sumExp(x, row, max);
            for (int i = row * cols; i < (row + 1) * cols; i++) {
                y.data()[i] = (float) (Math.exp(x.data()[i] - max) / sum);
            }
        }
    }

    /** y_i = e^x_i / sum e^x, so dy_i/dx_j = y_i ([i=j] - y_j) and dx_j = y_j (dy_j - sum_i y_i dy_i). */
    @Override
    default void softmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.softmaxBackward(y, dy, dx);
        int cols = y.cols();
        for (int row = 0; row < y.rows(); row++) {
            double dot = 0;
            for (int i = row * cols; i < (row + 1) * cols; i++) {
                dot += (double) y.data()[i] * dy.data()[i];
            }
            for (int i = row * cols; i < (row + 1) * cols; i++) {
                dx.data()[i] = (float) (y.data()[i] * (dy.data()[i] - dot));
            }
        }
    }

    @Override
    default void logSoftmax(Tensor x, Tensor y) {
        KernelShapes.logSoftmax(x, y);
        int cols = x.cols();
        for (int row = 0; row < x.rows(); row++) {
            double max = max(x, row);
            double logSum = Math.log(sumExp(x, row, max));
            for (int i = row * cols; i < (row + 1) * cols; i++) {
                y.data()[i] = (float) (x.data()[i] - max - logSum);
            }
        }
    }

    /** y_i = x_i - log sum e^x, so dy_i/dx_j = [i=j] - e^y_j and dx_j = dy_j - e^y_j sum_i dy_i. */
    @Override
    default void logSoftmaxBackward(Tensor y, Tensor dy, Tensor dx) {
        KernelShapes.logSoftmaxBackward(y, dy, dx);
        int cols = y.cols();
        for (int row = 0; row < y.rows(); row++) {
            double sum = 0;
            for (int i = row * cols; i < (row + 1) * cols; i++) {
                sum += dy.data()[i];
            }
            for (int i = row * cols; i < (row + 1) * cols; i++) {
                dx.data()[i] = (float) (dy.data()[i] - Math.exp(y.data()[i]) * sum);
            }
        }
    }

    @Override
    default void rmsNorm(Tensor x, Tensor weight, float epsilon, Tensor y, Tensor rstd) {
        KernelShapes.rmsNorm(x, weight, y, rstd);
        int cols = x.cols();
        for (int row = 0; row < x.rows(); row++) {
            double squares = 0;
            for (int i = 0; i < cols; i++) {
                double value = x.data()[row * cols + i];
                squares += value * value;
            }
            double r = 1 / Math.sqrt(squares / cols + epsilon);
            rstd.data()[row] = (float) r;
            for (int i = 0; i < cols; i++) {
                y.data()[row * cols + i] = (float) (x.data()[row * cols + i] * r * weight.data()[i]);
            }
        }
    }

    /** y_i = x_i r w_i with dr/dx_j = -r^3 x_j / C, so dx_j = r w_j dy_j - x_j (r^3/C) sum_i dy_i w_i x_i. */
    @Override
    default void rmsNormBackward(Tensor x, Tensor weight, Tensor rstd, Tensor dy, Tensor dx, Tensor dweight) {
        KernelShapes.rmsNormBackward(x, weight, rstd, dy, dx, dweight);
        int cols = x.cols();
        double[] weightSums = new double[cols];
        for (int row = 0; row < x.rows(); row++) {
            double r = rstd.data()[row];
            double dot = 0;
            for (int i = 0; i < cols; i++) {
                int at = row * cols + i;
                dot += (double) dy.data()[at] * weight.data()[i] * x.data()[at];
                weightSums[i] += dy.data()[at] * x.data()[at] * r;
            }
            for (int i = 0; i < cols; i++) {
                int at = row * cols + i;
                dx.data()[at] = (float) (r * weight.data()[i] * dy.data()[at] - x.data()[at] * (r * r * r / cols) * dot);
            }
        }
        for (int i = 0; i < cols; i++) {
            dweight.data()[i] = (float) (dweight.data()[i] + weightSums[i]);
        }
    }

    @Override
    default void logProb(Tensor logits, int[] targets, Tensor logp) {
        KernelShapes.logProb(logits, targets, logp);
        for (int row = 0; row < targets.length; row++) {
            double max = max(logits, row);
            double logSum = Math.log(sumExp(logits, row, max));
            logp.data()[row] = targets[row] < 0 ? 0
                    : (float) (logits.data()[row * logits.cols() + targets[row]] - max - logSum);
        }
    }

    @Override
    default void logProbBackward(Tensor logits, int[] targets, Tensor dlogp, Tensor dlogits) {
        KernelShapes.logProbBackward(logits, targets, dlogp, dlogits);
        int cols = logits.cols();
        for (int row = 0; row < targets.length; row++) {
            double scale = targets[row] < 0 ? 0 : dlogp.data()[row];
            double max = max(logits, row);
            double sum = sumExp(logits, row, max);
            for (int i = 0; i < cols; i++) {
                double softmax = Math.exp(logits.data()[row * cols + i] - max) / sum;
                dlogits.data()[row * cols + i] = (float) (scale * ((i == targets[row] ? 1 : 0) - softmax));
            }
        }
    }

    private static double max(Tensor x, int row) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = row * x.cols(); i < (row + 1) * x.cols(); i++) {
            max = Math.max(max, x.data()[i]);
        }
        return max;
    }

    /** sum e^(x - max) of one row. Its largest term is 1, so nothing overflows and the logarithm keeps its digits. */
    private static double sumExp(Tensor x, int row, double max) {
        double sum = 0;
        for (int i = row * x.cols(); i < (row + 1) * x.cols(); i++) {
            sum += Math.exp(x.data()[i] - max);
        }
        return sum;
    }
}
