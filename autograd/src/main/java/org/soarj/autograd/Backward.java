package org.soarj.autograd;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/** The reverse sweep: visits every op once, consumers before producers, and frees what it has used. */
public final class Backward {
    private Backward() {}

    /** Adds the gradient of the scalar {@code loss} to every leaf it depends on. */
    public static void from(Backend backend, Variable loss) {
        ShapeException.require(loss.value().size() == 1,
                "backward: the loss must be a single number, got %s; sum it, or give the gradient to start from",
                loss.shape());
        from(backend, loss, Tensor.full(1f, loss.shape().toArray()));
    }

    /**
     * Adds the gradient of sum(seed * root) to every leaf that {@code root} depends on.
     *
     * @param seed gradient of {@code root}, of its shape; the tensor is used up
     */
    public static void from(Backend backend, Variable root, Tensor seed) {
        ShapeException.require(seed.shape().equals(root.shape()),
                "backward: the gradient to start from is %s, the variable is %s", seed.shape(), root.shape());
        if (!root.needsGradient()) {
            throw new IllegalStateException("backward: nothing that needs a gradient leads to " + root
                    + "; was it computed by a graph that records?");
        }
        Gradients gradients = new Gradients(backend);
        List<Variable> order = producersFirst(root);
        gradients.give(root, seed);
        for (int i = order.size() - 1; i >= 0; i--) {
            Variable variable = order.get(i);
            if (!variable.isLeaf()) {
                if (variable.gradient() != null) {
                    variable.op().backward(backend, variable.gradient(), gradients);
                }
                variable.release();
                order.set(i, null);
            }
        }
    }

    /** Every variable that leads to {@code root}, each after all of its op's inputs; iterative, for deep graphs. */
    private static List<Variable> producersFirst(Variable root) {
        List<Variable> order = new ArrayList<>();
        Set<Variable> seen = new HashSet<>();
        Deque<Variable> open = new ArrayDeque<>();
        Deque<Variable> path = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            Variable variable = open.peek();
            if (variable == path.peek()) {
                order.add(variable);
                path.pop();
                open.pop();
            } else if (seen.add(variable)) {
                path.push(variable);
                if (variable.op() != null) {
                    for (Variable input : variable.op().inputs()) {
                        if (input.needsGradient() && !seen.contains(input)) {
                            open.push(input);
                        }
                    }
                }
            } else {
                open.pop();
            }
        }
        return order;
    }
}
