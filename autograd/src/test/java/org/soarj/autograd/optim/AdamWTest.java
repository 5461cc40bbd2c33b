package org.soarj.autograd.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import net.jqwik.api.Example;
import org.soarj.autograd.Backward;
import org.soarj.autograd.Graph;
import org.soarj.autograd.Parameter;
import org.soarj.autograd.Variable;
import org.soarj.tensor.ShapeException;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.reference.ReferenceBackend;

class AdamWTest {
    private static final AdamW.Settings NO_CLIPPING =
            new AdamW.Settings(0.9, 0.999, 1e-8, 0.01, Double.POSITIVE_INFINITY);

    @Example
    void v21TwoStepsGivePyTorchsNumbers() {
        for (Backend backend : List.of(new ReferenceBackend(), new CpuBackend(1))) {
            Parameter w = new Parameter("w", Tensor.vector(1f));
            AdamW optimiser = new AdamW(NO_CLIPPING, List.of(w));
            step(backend, optimiser, w, 0.1f);
            assertEquals(0.9989900001, w.value().item(), 1e-7, backend.name());
            step(backend, optimiser, w, -0.2f);
            assertEquals(0.9993461137038839, w.value().item(), 1e-7, backend.name());
            backend.close();
        }
    }

    @Example
    void clippingScalesAllGradientsByOneFactor() {
        Backend backend = new ReferenceBackend();
        Parameter a = new Parameter("a", Tensor.vector(0f));
        Parameter b = new Parameter("b", Tensor.vector(0f));
        AdamW optimiser = new AdamW(new AdamW.Settings(0, 0, 1, 0, 0.5), List.of(a, b));
        gradient(backend, a, 3f);
        gradient(backend, b, 4f);
        assertEquals(5.0, optimiser.step(backend, 1.0), 1e-6);
        assertEquals(-0.3 / 1.3, a.value().item(), 1e-5);
        assertEquals(-0.4 / 1.4, b.value().item(), 1e-5);
        assertNull(a.gradient());
    }

    @Example
    void aGradientThatIsNotFiniteChangesNothing() {
        Backend backend = new ReferenceBackend();
        Parameter w = new Parameter("w", Tensor.vector(1f));
        AdamW optimiser = new AdamW(NO_CLIPPING, List.of(w));
        gradient(backend, w, Float.NaN);
        assertThrows(ArithmeticException.class, () -> optimiser.step(backend, 0.1));
        assertEquals(1f, w.value().item());
        assertEquals(0, optimiser.steps());
    }

    @Example
    void aRestoredOptimiserGoesOnBitForBit() {
        Backend backend = new CpuBackend(1);
        Parameter w = new Parameter("w", Tensor.vector(1f, -1f));
        AdamW optimiser = new AdamW(NO_CLIPPING, List.of(w));
        step(backend, optimiser, w, 0.3f);
        Parameter copy = new Parameter("w", w.value().copy());
        AdamW resumed = new AdamW(NO_CLIPPING, List.of(copy));
        resumed.restore(optimiser.state());
        step(backend, optimiser, w, -0.7f);
        step(backend, resumed, copy, -0.7f);
        assertArrayEquals(w.value().toArray(), copy.value().toArray());
        backend.close();
    }

    @Example
    void aStateOfAnotherModelIsRefused() {
        AdamW one = new AdamW(NO_CLIPPING, List.of(new Parameter("w", Tensor.vector(1f))));
        AdamW two = new AdamW(NO_CLIPPING, List.of(new Parameter("w", Tensor.vector(1f)), new Parameter("b", Tensor.vector(1f))));
        assertEquals("AdamW: a state of 1 and 1 moments cannot be that of 2 parameters; was it saved by the same model?",
                assertThrows(ShapeException.class, () -> two.restore(one.state())).getMessage());
    }

    @Example
    void frozenParametersHaveNoMomentsAndStayAsTheyAre() {
        try (Backend backend = new CpuBackend(1)) {
            Parameter frozen = new Parameter("frozen", Variable.constant(Tensor.vector(2f)));
            Parameter w = new Parameter("w", Tensor.vector(1f));
            AdamW optimiser = new AdamW(NO_CLIPPING, List.of(frozen, w));
            step(backend, optimiser, w, 0.1f);
            assertEquals(1, optimiser.state().first().size());
            assertEquals(2f, frozen.value().item());
            assertEquals(0.9989900001, w.value().item(), 1e-7);
        }
    }

    @Example
    void aStepGivesTheGradientsBack() {
        try (Backend backend = new CpuBackend(1)) {
            Parameter w = new Parameter("w", Tensor.vector(1f, -1f));
            AdamW optimiser = new AdamW(NO_CLIPPING, List.of(w));
            gradient(backend, w, 0.3f);
            Tensor gradient = w.gradient();
            optimiser.step(backend, 1e-3);
            assertNull(w.gradient());
            assertThrows(IllegalStateException.class, gradient::data);
        }
    }

    private static void step(Backend backend, AdamW optimiser, Parameter w, float gradient) {
        gradient(backend, w, gradient);
        optimiser.step(backend, 1e-3);
    }

    private static void gradient(Backend backend, Parameter w, float gradient) {
        Graph graph = Graph.recording(backend);
        Backward.from(backend, graph.sum(graph.scale(gradient, w.variable())));
    }
}
