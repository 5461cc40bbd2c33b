package org.soarj.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.autograd.optim.AdamW;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.reference.ReferenceBackend;

/** Parts of a forward pass that are computed twice instead of kept. */
class SegmentTest {
    private final Backend backend = new ReferenceBackend();

    /** Five layers of a residual network, with one weight that all share and an input that is used again at the end. */
    private static Variable network(Graph graph, Variable x, List<Variable> weights) {
        Variable y = x;
        for (int i = 0; i < 5; i++) {
            Variable own = weights.get(1 + i);
            y = graph.segment((inner, in) -> {
                Variable hidden = inner.silu(inner.linear(in.getFirst(), own));
                return inner.add(in.getFirst(), inner.mul(inner.linear(hidden, weights.getFirst()), in.get(1)));
            }, y, x);
        }
        return graph.sum(graph.mul(y, x));
    }

    private static List<Variable> weights(Rng rng) {
        return IntStream.range(0, 6).mapToObj(i -> Variable.leaf(Tensor.gaussian(rng.split("w", i), 0.3f, 7, 7))).toList();
    }

    @Property(tries = 50)
    void gradientsAreTheSameBitsAsWithoutCheckpoints(@ForAll long seed) {
        try (Backend cpu = new CpuBackend(2)) {
            float[][] kept = gradients(Graph.recording(cpu), seed);
            float[][] recomputed = gradients(Graph.checkpointing(cpu), seed);
            for (int i = 0; i < kept.length; i++) {
                assertArrayEquals(kept[i], recomputed[i], "leaf " + i);
            }
            assertEquals(0, cpu.memory().inUse());
        }
    }

    /** A loop may keep its graph, whatever the steps before left in it: one with another batch, one without a sweep. */
    @Property(tries = 20)
    void aGraphThatIsKeptGivesTheSameBits(@ForAll boolean checkpointing, @ForAll long seed) {
        try (Backend cpu = new CpuBackend(2)) {
            Graph kept = checkpointing ? Graph.checkpointing(cpu) : Graph.recording(cpu);
            for (int step = 0; step < 4; step++) {
                float[][] expected = gradients(Graph.recording(cpu), seed + step, 3 + 2 * step);
                float[][] actual = gradients(kept, seed + step, 3 + 2 * step);
                for (int i = 0; i < expected.length; i++) {
                    assertArrayEquals(expected[i], actual[i], "leaf " + i);
                }
                network(kept, Variable.leaf(Tensor.zeros(2, 7)), weights(Rng.of(seed)));
            }
        }
    }

    @Example
    void theResultOfASegmentIsNotUsedAgain() {
        Graph graph = Graph.recording(backend);
        Variable x = Variable.leaf(Tensor.vector(2f));
        List<Variable> results = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Variable y = graph.segment((inner, in) -> inner.segment((innermost, again) -> innermost.square(again.getFirst()),
                    inner.square(in.getFirst())), x);
            assertEquals(16f, y.value().item());
            Backward.from(backend, graph.sum(y));
            results.add(y);
        }
        assertEquals(3, Set.copyOf(results).size());
        for (Variable result : results) {
            assertThrows(IllegalStateException.class, result::value);
            assertThrows(IllegalStateException.class, () -> Backward.from(backend, result, Tensor.vector(1f)));
        }
        assertEquals(3 * 4 * 8f, x.gradient().item());
    }

    /** Of the input and of every weight; all else goes back. */
    private static float[][] gradients(Graph graph, long seed) {
        return gradients(graph, seed, 9);
    }

    private static float[][] gradients(Graph graph, long seed, int rows) {
        Rng rng = Rng.of(seed);
        List<Variable> leaves = new ArrayList<>(weights(rng));
        Variable x = Variable.leaf(Tensor.gaussian(rng, 1f, rows, 7));
        Variable loss = network(graph, x, leaves);
        leaves.add(x);
        Backward.from(graph.backend(), loss);
        graph.backend().recycle(loss.value());
        float[][] gradients = leaves.stream().map(leaf -> leaf.gradient().toArray()).toArray(float[][]::new);
        leaves.forEach(leaf -> leaf.clearGradient(graph.backend()));
        return gradients;
    }

    @Example
    void checkpointsLowerThePeak() {
        long[] peaks = new long[2];
        for (int i = 0; i < 2; i++) {
            Backend fresh = new ReferenceBackend();
            gradients(i == 0 ? Graph.recording(fresh) : Graph.checkpointing(fresh), 1);
            peaks[i] = fresh.memory().peak();
        }
        assertTrue(peaks[1] < 0.7 * peaks[0], peaks[1] + " of " + peaks[0] + " bytes");
    }

    @Example
    void aSegmentOfInferenceLeavesOnlyItsResult() {
        Graph graph = Graph.inference(backend);
        Variable result = network(graph, Variable.constant(Tensor.zeros(9, 7)), weights(Rng.of(1)));
        // Without a scope around, the five results and the product at the end are left as well, until they are collected.
        assertEquals(0f, result.value().item());
        assertTrue(backend.memory().inUse() <= 4 * (6 * 9 * 8 + 1), backend.memory().toString());
    }

    @Example
    void aSegmentMayReturnItsInputOrAReshapeOfIt() {
        for (Graph graph : List.of(Graph.recording(backend), Graph.checkpointing(backend), Graph.inference(backend))) {
            Variable x = Variable.leaf(Tensor.vector(1f, 2f));
            Variable y = graph.segment((_, in) -> in.getFirst(), graph.square(x));
            Variable z = graph.segment((inner, in) -> inner.reshape(in.getFirst(), 2, 1), y);
            Variable root = graph.sum(z);
            assertEquals(5f, root.value().item());
            if (root.needsGradient()) {
                Backward.from(backend, root);
                assertArrayEquals(new float[] {2f, 4f}, x.gradient().toArray());
            }
        }
    }

    @Example
    void aSegmentThatReadsAnIntermediateVariableFromOutsideIsRefused() {
        Graph graph = Graph.checkpointing(backend);
        Variable outside = graph.square(Variable.leaf(Tensor.vector(1f)));
        String message = assertThrows(IllegalStateException.class, () ->
                graph.segment((inner, in) -> inner.mul(in.getFirst(), outside), outside)).getMessage();
        assertEquals("segment: Mul reads Variable(1) from SQUARE, which was made outside of the segment; hand it over as an "
                + "input", message);
    }

    @Example
    void ofManyInputsTheOneThatChangedIsAmongThoseNamed() {
        Graph graph = Graph.checkpointing(backend);
        List<Variable> weights = IntStream.range(0, 4).mapToObj(i -> Variable.leaf(Tensor.vector(i))).toList();
        Variable x = Variable.leaf(Tensor.vector(3f));
        Variable y = graph.segment((inner, in) -> {
            Variable product = in.getFirst();
            for (Variable weight : weights) {
                product = inner.mul(product, weight);
            }
            return product;
        }, x);
        weights.get(2).value().fill(7f);
        String message = assertThrows(IllegalStateException.class, () -> Backward.from(backend, graph.sum(y))).getMessage();
        assertEquals("backward: Checkpoint saved its inputs 2 to 4, one of which was changed in place after the forward pass; "
                + "sweep before the change, or change a copy()", message);
    }

    @Example
    void aLeafThatOnlyTheSegmentReadsMustNotChangeEither() {
        Graph graph = Graph.checkpointing(backend);
        Parameter w = new Parameter("w", Tensor.vector(2f));
        AdamW optimiser = new AdamW(AdamW.Settings.DEFAULT, List.of(w));
        Variable x = Variable.constant(Tensor.vector(3f));
        Variable first = graph.sum(graph.segment((inner, in) -> inner.mul(in.getFirst(), w.variable()), x));
        Variable second = graph.sum(graph.segment((inner, in) -> inner.mul(in.getFirst(), w.variable()), x));
        Backward.from(backend, first);
        assertEquals(3f, w.gradient().item());
        optimiser.step(backend, 0.1);
        String message = assertThrows(IllegalStateException.class, () -> Backward.from(backend, second)).getMessage();
        assertTrue(message.startsWith("backward: Checkpoint saved its input 1 (1)"), message);
    }
}
