package org.soarj.autograd;

import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/**
 * The reverse sweep: visits every op once, consumers before producers, and recycles what it has used.
 *
 * <p>When an op's turn comes, all ops that read its value have had theirs; after its own backward pass nobody needs the
 * value, its gradient or what the op saved. A value that shares its numbers with an input (a reshape) is left for the
 * input's turn. Values of leaves and of the root are never recycled.
 */
public final class Backward {
    private Backward() {}

    /** Adds the gradient of the scalar {@code loss} to every leaf it depends on. */
    public static void from(Backend backend, Variable loss) {
        ShapeException.require(loss.value().size() == 1,
                "backward: the loss must be a single number, got %s; sum it, or give the gradient to start from",
                loss.shape());
        Tensor one = backend.empty(loss.shape());
        one.fill(1f);
        from(backend, loss, one);
    }

    /**
     * Adds the gradient of sum(seed * root) to every leaf that {@code root} depends on.
     *
     * @param seed gradient of {@code root}, of its shape; the tensor is used up
     * @throws IllegalStateException when part of the graph was swept before, or when a tensor that an op saved was changed
     *     in place after the forward pass; no gradient has changed then
     */
    public static void from(Backend backend, Variable root, Tensor seed) {
        ShapeException.require(seed.shape().equals(root.shape()),
                "backward: the gradient to start from is %s, the variable is %s", seed.shape(), root.shape());
        if (!root.needsGradient()) {
            throw new IllegalStateException("backward: nothing that needs a gradient leads to " + root
                    + "; was it computed by a graph that records?");
        }
        if (root.isLeaf()) {
            new Gradients(backend, seed).give(root, seed);
            return;
        }
        Variable first = consumersFirst(root);
        for (Variable variable = first; variable != null; variable = variable.next) {
            variable.requireSavedUnchanged();
        }
        root.gradient(seed);
        sweep(new Gradients(backend, seed), backend, first, root);
    }

    private static void sweep(Gradients gradients, Backend backend, Variable first, Variable root) {
        Variable variable = first;
        while (variable != null) {
            Variable next = variable.next;
            if (variable.gradient() != null) {
                gradients.run(variable.op(), variable.gradient());
            }
            variable.release(backend, root);
            variable = next;
        }
    }

    /**
     * A list, linked by {@link Variable#next}, of every intermediate variable that leads to {@code root}, each before all
     * inputs of its op. While the search is below a variable, its {@code next} is where the search came from (Schorr and Waite
     * 1967): it needs no stack, however deep the graph, and makes no object.
     */
    private static Variable consumersFirst(Variable root) {
        Variable ordered = null;
        Variable at = root;
        try {
            at.visit();
            at.next = null;
            while (at != null) {
                Variable input = at.lastUnvisited();
                if (input != null) {
                    input.visit();
                    input.next = at;
                    at = input;
                } else {
                    Variable from = at.next;
                    at.next = ordered;
                    ordered = at;
                    at = from;
                }
            }
        } finally {
            forgetVisits(ordered);
            forgetVisits(at);
        }
        return ordered;
    }

    private static void forgetVisits(Variable first) {
        for (Variable variable = first; variable != null; variable = variable.next) {
            variable.forgetVisit();
        }
    }
}
