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
                y.put(i, (float) (Math.exp(x.at(i) - max) / sum));
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
                dot += (double) y.at(i) * dy.at(i);
            }
            for (int i = row * cols; i < (row + 1) * cols; i++) {
                dx.put(i, (float) (y.at(i) * (dy.at(i) - dot)));
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
                y.put(i, (float) (x.at(i) - max - logSum));
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
                sum += dy.at(i);
            }
            for (int i = row * cols; i < (row + 1) * cols; i++) {
                dx.put(i, (float) (dy.at(i) - Math.exp(y.at(i)) * sum));
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
                double value = x.at(row * cols + i);
                squares += value * value;
            }
            double r = 1 / Math.sqrt(squares / cols + epsilon);
            rstd.put(row, (float) r);
            for (int i = 0; i < cols; i++) {
                y.put(row * cols + i, (float) (x.at(row * cols + i) * r * weight.at(i)));
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
            double r = rstd.at(row);
            double dot = 0;
            for (int i = 0; i < cols; i++) {
                int at = row * cols + i;
                dot += (double) dy.at(at) * weight.at(i) * x.at(at);
                weightSums[i] += dy.at(at) * x.at(at) * r;
            }
            for (int i = 0; i < cols; i++) {
                int at = row * cols + i;
                dx.put(at, (float) (r * weight.at(i) * dy.at(at) - x.at(at) * (r * r * r / cols) * dot));
            }
        }
        for (int i = 0; i < cols; i++) {
            dweight.put(i, (float) (dweight.at(i) + weightSums[i]));
        }
    }

    @Override
    default void logProb(Tensor logits, int[] targets, Tensor logp) {
        KernelShapes.logProb(logits, targets, logp);
        for (int row = 0; row < targets.length; row++) {
            double max = max(logits, row);
            double logSum = Math.log(sumExp(logits, row, max));
            logp.put(row, targets[row] < 0 ? 0
                    : (float) (logits.at(row * logits.cols() + targets[row]) - max - logSum));
        }
    }

    @Override
    default void logProbBackward(Tensor logits, int[] targets, Tensor dlogp, Tensor dlogits) {
        KernelShapes.logProbBackward(logits, targets, dlogp, dlogits);
        int cols = logits.cols();
        for (int row = 0; row < targets.length; row++) {
            double scale = targets[row] < 0 ? 0 : dlogp.at(row);
            double max = max(logits, row);
            double sum = sumExp(logits, row, max);
            for (int i = 0; i < cols; i++) {
                double softmax = Math.exp(logits.at(row * cols + i) - max) / sum;
                dlogits.put(row * cols + i, (float) (scale * ((i == targets[row] ? 1 : 0) - softmax)));
            }
        }
    }

    private static double max(Tensor x, int row) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = row * x.cols(); i < (row + 1) * x.cols(); i++) {
            max = Math.max(max, x.at(i));
        }
        return max;
    }

    /** sum e^(x - max) of one row. Its largest term is 1, so nothing overflows and the logarithm keeps its digits. */
    private static double sumExp(Tensor x, int row, double max) {
        double sum = 0;
        for (int i = row * x.cols(); i < (row + 1) * x.cols(); i++) {
            sum += Math.exp(x.at(i) - max);
        }
        return sum;
    }
}
