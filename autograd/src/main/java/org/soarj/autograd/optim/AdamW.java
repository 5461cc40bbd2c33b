package org.soarj.autograd.optim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.soarj.autograd.Parameter;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.AdamWStep;
import org.soarj.tensor.backend.Backend;

/** AdamW with decoupled weight decay (Loshchilov and Hutter 2019), as {@code torch.optim.AdamW} computes it. */
public final class AdamW {
    private final Settings settings;
    private final List<Parameter> parameters;
    private final List<Tensor> first = new ArrayList<>();
    private final List<Tensor> second = new ArrayList<>();
    /** What moves in the present step: values, gradients, first and second moments; used again for the next. */
    private Tensor[][] moved = new Tensor[4][0];
    private int steps;

    /**
     * Everything but the learning rate, which comes with each step.
     *
     * @param beta1 decay of the first moment
     * @param beta2 decay of the second moment
     * @param epsilon added to the root of the second moment
     * @param weightDecay decay, multiplied by the learning rate
     * @param maxNorm global gradient norm above which gradients are scaled down; infinity for no clipping
     */
    public record Settings(double beta1, double beta2, double epsilon, double weightDecay, double maxNorm) {
        /** PyTorch's defaults, with the usual clipping at 1. */
        public static final Settings DEFAULT = new Settings(0.9, 0.999, 1e-8, 0.01, 1.0);
    }

    /** An optimiser of those parameters that are trainable; frozen ones take no memory. */
    public AdamW(Settings settings, List<Parameter> parameters) {
        this.settings = settings;
        this.parameters = parameters.stream().filter(parameter -> parameter.variable().needsGradient()).toList();
        for (Parameter parameter : this.parameters) {
            first.add(Tensor.zeros(parameter.value().shape()));
            second.add(Tensor.zeros(parameter.value().shape()));
        }
    }

    /** Steps taken so far. */
    public int steps() {
        return steps;
    }

    /**
     * Clips the gradients to the global norm, updates all parameters that have one in one pass, and gives the gradients'
     * memory back.
     * The clipping is a factor within the update, so that no gradient is written.
     *
     * @return the global gradient norm before clipping
     * @throws ArithmeticException when the norm is not finite; no parameter is changed then
     */
    public double step(Backend backend, double learningRate) {
        gather();
        double norm = Math.sqrt(backend.sumOfSquares(moved[1]));
        if (!Double.isFinite(norm)) {
            Arrays.fill(moved[1], null);
            throw new ArithmeticException("AdamW: the gradient norm is " + norm + " at step " + (steps + 1)
                    + "; lower the learning rate or look for an overflow in the loss");
        }
        double scale = norm > settings.maxNorm ? settings.maxNorm / (norm + 1e-6) : 1;
        steps++;
        AdamWStep step = new AdamWStep(learningRate, settings.beta1, settings.beta2, settings.epsilon,
                settings.weightDecay, steps, scale);
        backend.adamW(step, moved[0], moved[1], moved[2], moved[3]);
        Arrays.fill(moved[1], null);
        for (int i = 0; i < parameters.size(); i++) {
            parameters.get(i).variable().clearGradient(backend);
        }
        return norm;
    }

    /** Collects what moves: all of the parameters that have a gradient. */
    private void gather() {
        int count = 0;
        for (int i = 0; i < parameters.size(); i++) {
            count += parameters.get(i).gradient() == null ? 0 : 1;
        }
        if (moved[0].length != count) {
            moved = new Tensor[moved.length][count];
        }
        for (int i = 0, at = 0; at < count; i++) {
            if (parameters.get(i).gradient() != null) {
                moved[0][at] = parameters.get(i).value();
                moved[1][at] = parameters.get(i).gradient();
                moved[2][at] = first.get(i);
                moved[3][at++] = second.get(i);
            }
        }
    }

    /** The moments of every parameter and the step count, for a checkpoint; the tensors are the live ones. */
    public State state() {
        return new State(steps, List.copyOf(first), List.copyOf(second));
    }

    /**
     * Continues from a checkpoint.
     *
     * @throws ShapeException when the moments are not those of these parameters
     */
    public void restore(State state) {
        ShapeException.require(state.first.size() == first.size() && state.second.size() == second.size(),
                "AdamW: a state of %d and %d moments cannot be that of %d parameters; was it saved by the same model?",
                state.first.size(), state.second.size(), first.size());
        steps = state.steps;
        for (int i = 0; i < first.size(); i++) {
            first.get(i).copyFrom(state.first.get(i));
            second.get(i).copyFrom(state.second.get(i));
        }
    }

    /** What a checkpoint keeps, in the order of the parameters. */
    public record State(int steps, List<Tensor> first, List<Tensor> second) {}
}
