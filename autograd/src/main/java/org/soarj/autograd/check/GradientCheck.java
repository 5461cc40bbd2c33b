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
    private static final double LEAST = 1e-2;
    /** A key's bias hardly moves a softmax: its partial derivatives drown in the rounding of the loss. */
    private static final double SHARE = 0.05;

    private final Backend backend;
    private final Output output;
    private final Tensor weights;
    private final double floor;

    private GradientCheck(Backend backend, Output output, Tensor weights, double floor) {
        this.backend = backend;
        this.output = output;
        this.weights = weights;
        this.floor = floor;
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
     * @param error largest |analytic - numeric|, relative to the largest partial derivative of that input, or to a floor where
     *     all of that input's are smaller: 1e-2, and for a function of parameters a twentieth of the largest of all
     * @param where input and element
     * @param compared partial derivatives that were compared
     */
    public record Result(double error, String where, int compared) {
        /** NaN is the worst of all. */
        private boolean worseThan(Result other) {
            return Double.compare(error, other.error) > 0;
        }
    }

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
        Output output = graph -> function.apply(graph, variables);
        Tensor weights = gradients(backend, output.apply(Graph.recording(backend)), rng);
        return new GradientCheck(backend, output, weights, LEAST).all(leaves, rng, perInput);
    }

    /**
     * Checks up to {@code perInput} random elements of each of the leaves, whose gradients collect in them.
     *
     * @param recording the graph whose gradients are checked
     * @param leaves numbers to differentiate at, without a gradient yet; restored afterwards
     */
    public static Result check(Backend backend, Output output, Graph recording, List<Parameter> leaves, Rng rng,
                               int perInput) {
        Tensor weights = gradients(backend, output.apply(recording), rng);
        double largest = leaves.stream().mapToDouble(leaf -> largest(leaf.gradient())).max().orElse(0);
        return new GradientCheck(backend, output, weights, Math.max(LEAST, SHARE * largest)).all(leaves, rng, perInput);
    }

    /** Leaves the gradients of sum(w y) in the leaves and returns w. */
    private static Tensor gradients(Backend backend, Variable y, Rng rng) {
        Tensor weights = Tensor.gaussian(rng.split("weights"), 1f, y.shape().toArray());
        Backward.from(backend, y, weights.copy());
        return weights;
    }

    private Result all(List<Parameter> leaves, Rng rng, int perInput) {
        Result worst = new Result(0, "nowhere", 0);
        int compared = 0;
        for (int i = 0; i < leaves.size(); i++) {
            Result result = input(leaves.get(i), rng.split("elements", i), perInput);
            compared += result.compared;
            worst = result.worseThan(worst) ? result : worst;
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
            double analytic = leaf.gradient() == null ? 0 : leaf.gradient().at(at);
            double error = Math.abs(analytic - numeric) / Math.max(floor, Math.max(scale, Math.abs(numeric)));
            Result result = new Result(error, leaf.name() + " " + x.shape() + ", element " + at + ": analytic " + analytic
                    + ", numeric " + numeric, compared);
            worst = result.worseThan(worst) ? result : worst;
        }
        return new Result(worst.error, worst.where, compared);
    }

    private static double largest(Tensor gradient) {
        double largest = 0;
        for (int i = 0; gradient != null && i < gradient.size(); i++) {
            largest = Math.max(largest, Math.abs(gradient.at(i)));
        }
        return largest;
    }

    private double partial(Tensor x, int at) {
        float original = x.at(at);
        double[] f = new double[5];
        double[] moved = new double[5];
        for (int i = -2; i <= 2; i++) {
            if (i != 0) {
                x.put(at, (float) (original + i * STEP));
                x.markChanged();
                moved[i + 2] = (double) x.at(at) - original;
                f[i + 2] = evaluate();
            }
        }
        x.put(at, original);
        x.markChanged();
        double h = (moved[4] - moved[0]) / 4;
        return (8 * (f[3] - f[1]) - (f[4] - f[0])) / (12 * h);
    }

    private double evaluate() {
        Graph graph = Graph.inference(backend);
        try (Graph.Scope _ = graph.scope()) {
            Tensor y = output.apply(graph).value();
            double sum = 0;
            for (int i = 0; i < weights.size(); i++) {
                sum += (double) y.at(i) * weights.at(i);
            }
            return sum;
        }
    }
}
