package org.soarj.autograd.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.soarj.autograd.Gradients;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Op;
import org.soarj.autograd.Parameter;
import org.soarj.autograd.Variable;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.UnaryOp;
import org.soarj.tensor.reference.ReferenceBackend;

class GradientCheckTest {
    private final Backend backend = new ReferenceBackend();

    /** y = x^2 with a derivative that is {@code factor} times the right one. */
    private record Square(Variable x, float factor) implements Op {
        @Override
        public int arity() {
            return 1;
        }

        @Override
        public Variable input(int i) {
            return x;
        }

        @Override
        public Tensor forward(Backend backend) {
            Tensor y = backend.empty(x.shape());
            backend.map(UnaryOp.SQUARE, x.value(), y);
            return y;
        }

        @Override
        public void backward(Backend backend, Tensor dy, Gradients into) {
            Tensor dx = backend.zeros(x.shape());
            backend.mapBackward(UnaryOp.SQUARE, x.value(), x.value(), dy, dy);
            backend.addScaled(factor, dy, dx);
            into.give(x, dx);
        }
    }

    private GradientCheck.Result check(float factor) {
        return GradientCheck.check(backend, (graph, in) -> graph.apply(new Square(in.getFirst(), factor)),
                List.of(Tensor.vector(0.1f, 1f, -2f, 0.3f)), Rng.of(1), 4);
    }

    @Test
    void aRightDerivativePasses() {
        GradientCheck.Result result = check(1);
        assertTrue(result.error() < GradientCheck.TOLERANCE, result.toString());
        assertEquals(4, result.compared());
    }

    @Test
    void aDerivativeThatIsOneHundredthOffFails() {
        GradientCheck.Result result = check(1.01f);
        assertEquals(0.01, result.error(), 1e-3, result.toString());
        assertTrue(result.where().startsWith("input 0 (4), element "), result.where());
    }

    @Test
    void notANumberIsTheWorstError() {
        GradientCheck.Result result = check(Float.NaN);
        assertTrue(Double.isNaN(result.error()), result.toString());
    }

    @Test
    void parametersOfAFunctionAreCheckedAndRestored() {
        Parameter w = new Parameter("layer.weight", Tensor.vector(1f, 2f));
        for (float factor : new float[] {1, 2}) {
            w.variable().clearGradient();
            GradientCheck.Result result = GradientCheck.check(backend, graph -> graph.apply(new Square(w.variable(), factor)),
                    Graph.recording(backend), List.of(w), Rng.of(1), 2);
            assertEquals(factor == 1, result.error() < GradientCheck.TOLERANCE, result.toString());
            assertTrue(result.where().startsWith("layer.weight (2)") || factor == 1, result.where());
            assertEquals(2f, w.value().get(1));
        }
    }
}
