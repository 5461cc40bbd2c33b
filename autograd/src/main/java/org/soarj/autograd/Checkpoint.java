package org.soarj.autograd;

import java.util.ArrayList;
import java.util.List;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;

/**
 * y = f(x), where f is a whole part of a forward pass that is computed again in the backward pass instead of kept (Chen et
 * al. 2016).
 *
 * <p>The gradients so far of the inputs go into the inner sweep and come back with its additions, and gradients of leaves
 * that f reads by itself collect in those leaves, so that all sums have the order that they have without a checkpoint.
 */
final class Checkpoint implements Op {
    private final Graph.Segment segment;
    private final List<Variable> inputs;
    private final Graph again;
    /** The inputs, then the leaves that the segment reads by itself. */
    private final List<Variable> all;

    /** @param again a recording graph, for the backward pass */
    Checkpoint(Graph.Segment segment, List<Variable> inputs, Graph again) {
        this.segment = segment;
        this.inputs = inputs;
        this.again = again;
        this.all = new ArrayList<>(inputs);
    }

    @Override
    public int arity() {
        return all.size();
    }

    @Override
    public Variable input(int i) {
        return all.get(i);
    }

    @Override
    public Tensor forward(Backend backend) {
        Graph graph = Graph.watching(backend, all);
        List<Variable> constants = new ArrayList<>();
        for (Variable input : inputs) {
            constants.add(Variable.constant(input.value()));
        }
        try (Graph.Scope scope = graph.scope()) {
            return scope.keep(segment.apply(graph, constants)).value();
        }
    }

    @Override
    public void backward(Backend backend, Tensor dy, Gradients into) {
        List<Variable> leaves = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Variable input = inputs.get(i);
            int first = inputs.indexOf(input);
            leaves.add(first < i ? leaves.get(first) : leafOf(input, into));
        }
        Variable y = again.within(segment, leaves);
        into.handedOn();
        if (y.needsGradient()) {
            Backward.from(backend, y, dy);
        } else {
            backend.recycle(dy);
        }
        for (int i = 0; i < inputs.size(); i++) {
            into.put(inputs.get(i), leaves.get(i).gradient());
        }
        if (!y.isLeaf() && !Variable.sharesWithAnInput(this, y.value())) {
            backend.recycle(y.value());
        }
    }

    /** A leaf of the value of {@code input} that goes on with its gradient. */
    private static Variable leafOf(Variable input, Gradients into) {
        if (!input.needsGradient()) {
            return Variable.constant(input.value());
        }
        Variable leaf = Variable.leaf(input.value());
        leaf.gradient(into.take(input));
        return leaf;
    }
}
