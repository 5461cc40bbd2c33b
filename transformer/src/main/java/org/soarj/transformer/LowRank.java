package org.soarj.transformer;

import java.util.List;
import java.util.function.UnaryOperator;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Parameter;
import org.soarj.autograd.Variable;

/**
 * What an adapter adds to a linear layer: (scale x a^T) b^T (Hu et al. 2021, sec. 4.1).
 *
 * @param a (r,in)
 * @param b (out,r)
 * @param scale alpha / r
 */
public record LowRank(Parameter a, Parameter b, float scale) {

    /** The two matrices, a first. */
    public List<Parameter> parameters() {
        return List.of(a, b);
    }

    LowRank with(UnaryOperator<Parameter> change) {
        return new LowRank(change.apply(a), change.apply(b), scale);
    }

    Variable forward(Graph graph, Variable x) {
        Variable narrow = graph.scale(scale, graph.linear(x, a.variable()));   // (N,r)
        return graph.linear(narrow, b.variable());                             // (N,out)
    }
}
