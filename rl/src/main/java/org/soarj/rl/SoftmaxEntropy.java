package org.soarj.rl;

import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BinaryOp;

/**
 * The entropy of the next-token distribution, {@code -sum_v p_v log p_v} in nats, of scores that are already divided by the
 * temperature. The mean of the sampled tokens' negative log-probabilities estimates the same, and is another number.
 */
final class SoftmaxEntropy {
    private SoftmaxEntropy() {}

    /** Sum over the rows of {@code scores}, (rows,V), as a number. */
    static double sum(Backend backend, Variable scores) {
        Graph graph = Graph.inference(backend);
        try (Graph.Scope _ = graph.scope()) {
            Variable fixed = Variable.constant(scores.value());
            Tensor terms = graph.softmax(fixed).value();                                       // (rows,V)
            backend.zip(BinaryOp.MUL, terms, graph.logSoftmax(fixed).value(), terms);
            Tensor rows = backend.empty(Shape.of(terms.rows(), 1));
            // Row by row, so that one number a row is all that a device hands over.
            backend.sumTo(terms, rows);
            double sum = 0;
            for (float row : rows.toArray()) {
                sum -= row;
            }
            backend.recycle(rows);
            return sum;
        }
    }

    /** The same with a gradient, negated: {@code sum p log p}, (). */
    static Variable negatedSum(Graph graph, Variable scores) {
        return graph.sum(graph.mul(graph.softmax(scores), graph.logSoftmax(scores)));
    }
}
