package org.soarj.autograd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
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
        List<Variable> order = producersFirst(root);
        for (Variable variable : order) {
            variable.requireSavedUnchanged();
        }
        if (root.isLeaf()) {
            new Gradients(backend).give(root, seed);
            return;
        }
        root.gradient(seed);
        sweep(new Gradients(backend), backend, order, root);
    }

    private static void sweep(Gradients gradients, Backend backend, List<Variable> order, Variable root) {
        for (int i = order.size() - 1; i >= 0; i--) {
            Variable variable = order.get(i);
            if (variable.gradient() != null) {
                gradients.run(variable.op(), variable.gradient());
            }
            variable.release(backend, root);
        }
    }

    /** Every intermediate variable that leads to {@code root}, each after all of its op's inputs; iterative, for deep graphs. */
    private static List<Variable> producersFirst(Variable root) {
        List<Variable> order = new ArrayList<>();
        List<Variable> visited = new ArrayList<>();
        Deque<Variable> open = new ArrayDeque<>();
        Deque<Variable> path = new ArrayDeque<>();
        try {
            if (!root.isLeaf()) {
                open.push(root);
            }
            while (!open.isEmpty()) {
                Variable variable = open.peek();
                if (variable == path.peek()) {
                    order.add(variable);
                    path.pop();
                    open.pop();
                } else if (variable.visit()) {
                    visited.add(variable);
                    path.push(variable);
                    pushInputs(variable, open);
                } else {
                    open.pop();
                }
            }
        } finally {
            visited.forEach(Variable::forgetVisit);
        }
        return order;
    }

    private static void pushInputs(Variable variable, Deque<Variable> open) {
        variable.requireNotSwept();
        List<Variable> inputs = variable.inputs();
        for (int i = 0; i < inputs.size(); i++) {
            Variable input = inputs.get(i);
            if (input.needsGradient() && !input.isLeaf()) {
                open.push(input);
            }
        }
    }
}
