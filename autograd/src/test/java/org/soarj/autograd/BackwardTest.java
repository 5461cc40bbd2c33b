package org.soarj.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.reference.ReferenceBackend;

class BackwardTest {
    private final ReferenceBackend backend = new ReferenceBackend();
    private final Graph graph = Graph.recording(backend);

    @Test
    void aVariableUsedTwiceCollectsBothGradients() {
        Variable x = Variable.leaf(Tensor.vector(3f, -2f));
        Backward.from(backend, graph.sum(graph.add(graph.mul(x, x), x)));
        assertArrayEquals(new float[] {7f, -3f}, x.gradient().toArray());
    }

    @Test
    void gradientsAddUpOverSweepsUntilCleared() {
        Variable x = Variable.leaf(Tensor.vector(3f));
        Backward.from(backend, graph.sum(graph.square(x)));
        Backward.from(backend, graph.sum(graph.square(x)));
        assertEquals(12f, x.gradient().item());
        x.clearGradient();
        assertNull(x.gradient());
    }

    @Test
    void theSameTensorGivenToTwoInputsIsNotShared() {
        Variable a = Variable.leaf(Tensor.vector(1f));
        Variable b = Variable.leaf(Tensor.vector(2f));
        Variable sum = graph.add(a, b);
        Backward.from(backend, graph.sum(graph.add(graph.mul(sum, sum), a)));
        assertEquals(7f, a.gradient().item());
        assertEquals(6f, b.gradient().item());
    }

    @Test
    void aDeepChainDoesNotOverflowTheStack() {
        Variable x = Variable.leaf(Tensor.vector(1f));
        Variable y = x;
        for (int i = 0; i < 20_000; i++) {
            y = graph.add(y, x);
        }
        Backward.from(backend, y, Tensor.vector(1f));
        assertEquals(20_001f, x.gradient().item());
    }

    @Test
    void aDiamondIsSweptOnceInTheRightOrder() {
        Variable x = Variable.leaf(Tensor.vector(2f));
        Variable a = graph.square(x);
        Variable b = graph.mul(a, x);
        Variable c = graph.mul(graph.add(a, b), b);
        Backward.from(backend, graph.sum(c));
        assertEquals(5 * 16 + 6 * 32, x.gradient().item());
    }

    @Test
    void aSecondSweepOverAFreedGraphIsRefused() {
        Variable x = Variable.leaf(Tensor.vector(3f));
        Variable loss = graph.sum(graph.square(x));
        Backward.from(backend, loss);
        String message = assertThrows(IllegalStateException.class, () -> Backward.from(backend, loss)).getMessage();
        assertTrue(message.contains("swept before"), message);
    }

    @Test
    void aLossThatIsNotANumberIsRefused() {
        Variable x = Variable.leaf(Tensor.vector(3f, 4f));
        String message = assertThrows(ShapeException.class, () -> Backward.from(backend, graph.square(x))).getMessage();
        assertTrue(message.contains("(2)"), message);
    }

    @Test
    void anInferenceGraphRemembersNothing() {
        Variable x = Variable.leaf(Tensor.vector(3f));
        Variable y = Graph.inference(backend).square(x);
        assertEquals(9f, y.value().item());
        assertThrows(IllegalStateException.class, () -> Backward.from(backend, y));
    }
}
