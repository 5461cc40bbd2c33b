package org.soarj.autograd.check;

import java.util.List;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/**
 * Compares the gradient of a function with central differences.
 *
 * <p>The function's output y is reduced to one number, the sum of w y with random w, added up in double precision. Each
 * partial derivative is estimated by the five-point rule (8(f(+h) - f(-h)) - (f(+2h) - f(-2h))) / 12h, whose truncation
 * error is of order h^4, so that h can be large enough for single precision.
 */
public final class GradientCheck {
    private static final double STEP = 0.02;

    private GradientCheck() {}

    /** A differentiable function of some leaves. */
    @FunctionalInterface
    public interface Function {
        Variable apply(Graph graph, List<Variable> inputs);
    }

    /**
     * The worst disagreement that was found.
     *
     * @param error largest |analytic - numeric| relative to the larger of 1e-2 and the largest partial derivative of that input
     * @param where input and element
     * @param compared partial derivatives that were compared
     */
    public record Result(double error, String where, int compared) {}

    /**
     * Checks up to {@code perInput} random elements of each input.
     *
     * @param inputs numbers to differentiate at; restored afterwards
     */
    public static Result check(Backend backend, Function function, List<Tensor> inputs, Rng rng, int perInput) {
        List<Variable> leaves = inputs.stream().map(Variable::leaf).toList();
        Variable y = function.apply(Graph.recording(backend), leaves);
        Tensor weights = Tensor.gaussian(rng.split("weights"), 1f, y.shape().toArray());
        Backward.from(backend, y, weights.copy());

        Result worst = new Result(0, "nowhere", 0);
        int compared = 0;
        for (int i = 0; i < inputs.size(); i++) {
            Tensor x = inputs.get(i);
            Tensor gradient = leaves.get(i).gradient();
            double scale = largest(gradient);
            Rng choice = rng.split("elements", i);
            for (int n = 0; n < Math.min(perInput, x.size()); n++) {
                int at = x.size() <= perInput ? n : choice.nextInt(x.size());
                double numeric = partial(backend, function, inputs, x, at, weights);
                double analytic = gradient == null ? 0 : gradient.data()[at];
                double error = Math.abs(analytic - numeric) / Math.max(1e-2, Math.max(scale, Math.abs(numeric)));
                compared++;
                if (!(error <= worst.error)) {
                    worst = new Result(error, "input " + i + " " + x.shape() + ", element " + at + ": analytic " + analytic
                            + ", numeric " + numeric, compared);
                }
            }
        }
        return new Result(worst.error, worst.where, compared);
    }

    private static double largest(Tensor gradient) {
        double largest = 0;
        if (gradient != null) {
            for (float value : gradient.data()) {
                largest = Math.max(largest, Math.abs(value));
            }
        }
        return largest;
    }

    private static double partial(Backend backend, Function function, List<Tensor> inputs, Tensor x, int at, Tensor weights) {
        float original = x.data()[at];
        double[] f = new double[5];
        double[] moved = new double[5];
        for (int i = -2; i <= 2; i++) {
            if (i != 0) {
                x.data()[at] = (float) (original + i * STEP);
                moved[i + 2] = (double) x.data()[at] - original;
                f[i + 2] = evaluate(backend, function, inputs, weights);
            }
        }
        x.data()[at] = original;
        double h = (moved[4] - moved[0]) / 4;
        return (8 * (f[3] - f[1]) - (f[4] - f[0])) / (12 * h);
    }

    private static double evaluate(Backend backend, Function function, List<Tensor> inputs, Tensor weights) {
        List<Variable> constants = inputs.stream().map(Variable::constant).toList();
        float[] y = function.apply(Graph.inference(backend), constants).value().data();
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += (double) y[i] * weights.data()[i];
        }
        return sum;
    }
}
