package org.soarj.autograd.check;

import java.util.ArrayList;
import java.util.List;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Parameter;
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
    /** What rounding in single precision over the step of the differences may make of a right gradient, as a relative error. */
    public static final double TOLERANCE = 1e-3;
    private static final double STEP = 0.02;

    private final Backend backend;
    private final Output output;
    private final Tensor weights;

    private GradientCheck(Backend backend, Output output, Tensor weights) {
        this.backend = backend;
        this.output = output;
        this.weights = weights;
    }

    /** A differentiable function of some leaves. */
    @FunctionalInterface
    public interface Function {
        Variable apply(Graph graph, List<Variable> inputs);
    }

    /** A differentiable function of leaves that it knows, such as a model's parameters. */
    @FunctionalInterface
    public interface Output {
        Variable apply(Graph graph);
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
        List<Parameter> leaves = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            leaves.add(new Parameter("input " + i, inputs.get(i)));
        }
        List<Variable> variables = leaves.stream().map(Parameter::variable).toList();
        return check(backend, graph -> function.apply(graph, variables), Graph.recording(backend), leaves, rng, perInput);
    }

    /**
     * Checks up to {@code perInput} random elements of each of the leaves, whose gradients collect in them.
     *
     * @param recording the graph whose gradients are checked
     * @param leaves numbers to differentiate at, without a gradient yet; restored afterwards
     */
    public static Result check(Backend backend, Output output, Graph recording, List<Parameter> leaves, Rng rng,
                               int perInput) {
        Variable y = output.apply(recording);
        Tensor weights = Tensor.gaussian(rng.split("weights"), 1f, y.shape().toArray());
        Backward.from(backend, y, weights.copy());
        GradientCheck check = new GradientCheck(backend, output, weights);
        Result worst = new Result(0, "nowhere", 0);
        int compared = 0;
        for (int i = 0; i < leaves.size(); i++) {
            Result result = check.input(leaves.get(i), rng.split("elements", i), perInput);
            compared += result.compared;
            if (!(result.error <= worst.error)) {
                worst = result;
            }
        }
        return new Result(worst.error, worst.where, compared);
    }

    private Result input(Parameter leaf, Rng choice, int most) {
        Tensor x = leaf.value();
        double scale = largest(leaf.gradient());
        Result worst = new Result(0, "nowhere", 0);
        int compared = Math.min(most, x.size());
        for (int n = 0; n < compared; n++) {
            int at = x.size() <= most ? n : choice.nextInt(x.size());
            double numeric = partial(x, at);
            double analytic = leaf.gradient() == null ? 0 : leaf.gradient().data()[at];
            double error = Math.abs(analytic - numeric) / Math.max(1e-2, Math.max(scale, Math.abs(numeric)));
            if (!(error <= worst.error)) {
                worst = new Result(error, leaf.name() + " " + x.shape() + ", element " + at + ": analytic " + analytic
                        + ", numeric " + numeric, compared);
            }
        }
        return new Result(worst.error, worst.where, compared);
    }

    private static double largest(Tensor gradient) {
        double largest = 0;
        for (int i = 0; gradient != null && i < gradient.size(); i++) {
            largest = Math.max(largest, Math.abs(gradient.data()[i]));
        }
        return largest;
    }

    private double partial(Tensor x, int at) {
        float original = x.data()[at];
        double[] f = new double[5];
        double[] moved = new double[5];
        for (int i = -2; i <= 2; i++) {
            if (i != 0) {
                x.data()[at] = (float) (original + i * STEP);
                x.markChanged();
                moved[i + 2] = (double) x.data()[at] - original;
                f[i + 2] = evaluate();
            }
        }
        x.data()[at] = original;
        double h = (moved[4] - moved[0]) / 4;
        return (8 * (f[3] - f[1]) - (f[4] - f[0])) / (12 * h);
    }

    private double evaluate() {
        Graph graph = Graph.inference(backend);
        try (Graph.Scope _ = graph.scope()) {
            float[] y = output.apply(graph).value().data();
            double sum = 0;
            for (int i = 0; i < weights.size(); i++) {
                sum += (double) y[i] * weights.data()[i];
            }
            return sum;
        }
    }
}
