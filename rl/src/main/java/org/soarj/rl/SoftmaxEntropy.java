package org.soarj.rl;

import org.soarj.autograd.Graph;
import org.soarj.autograd.Variable;
import org.soarj.tensor.backend.Backend;

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
            float[] logs = graph.logSoftmax(fixed).value().data();
            float[] shares = graph.softmax(fixed).value().data();
            double sum = 0;
            for (int i = 0; i < scores.shape().size(); i++) {
                // A token of probability 0 has log -infinity; 0 log 0 is 0.
                sum -= shares[i] == 0 ? 0 : (double) shares[i] * logs[i];
            }
            return sum;
        }
    }

    /** The same with a gradient, negated: {@code sum p log p}, (). */
    static Variable negatedSum(Graph graph, Variable scores) {
        return graph.sum(graph.mul(graph.softmax(scores), graph.logSoftmax(scores)));
    }
}
