package org.soarj.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.soarj.autograd.check.OpCases;
import org.soarj.autograd.optim.AdamW;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.UnaryOp;
import org.soarj.tensor.reference.ReferenceBackend;

/** Changes in place between the forward and the backward pass. */
class SavedTensorsTest {
    private final Backend backend = new ReferenceBackend();

    @Provide
    Arbitrary<OpCases.Case> ops() {
        return Arbitraries.of(OpCases.all());
    }

    /** An op that does not say what it saves would get another gradient from changed numbers, without an error. */
    @Property(tries = 600)
    void anInputThatIsChangedIsRefusedOrDoesNotMatter(@ForAll("ops") OpCases.Case op, @ForAll long seed) {
        OpCases.Drawn drawn = op.draw().from(Rng.of(seed));
        for (int i = 0; i < drawn.inputs().size(); i++) {
            List<Tensor> expected = gradients(drawn, input -> { }, i);
            List<Tensor> actual;
            try {
                actual = gradients(drawn, input -> backend.map(UnaryOp.SQUARE, input, input), i);
            } catch (IllegalStateException refused) {
                assertTrue(refused.getMessage().startsWith("backward: " + op.name() + " saved its input " + i),
                        refused.getMessage());
                continue;
            }
            for (int j = 0; j < expected.size(); j++) {
                assertArrayEquals(expected.get(j).toArray(), actual.get(j).toArray());
            }
        }
    }

    private List<Tensor> gradients(OpCases.Drawn drawn, Consumer<Tensor> change, int input) {
        List<Variable> leaves = drawn.inputs().stream().map(Tensor::copy).map(Variable::leaf).toList();
        Variable y = drawn.function().apply(Graph.recording(backend), leaves);
        Tensor seed = Tensor.gaussian(Rng.of(2), 1f, y.shape().toArray());
        change.accept(leaves.get(input).value());
        Backward.from(backend, y, seed);
        return leaves.stream().map(Variable::gradient).toList();
    }

    /** The same for the value that the op made. */
    @Property(tries = 600)
    void aValueThatIsChangedIsRefusedOrDoesNotMatter(@ForAll("ops") OpCases.Case op, @ForAll long seed) {
        OpCases.Drawn drawn = op.draw().from(Rng.of(seed));
        List<List<Tensor>> results = new ArrayList<>();
        for (boolean change : new boolean[] {false, true}) {
            List<Variable> leaves = drawn.inputs().stream().map(Tensor::copy).map(Variable::leaf).toList();
            Variable y = drawn.function().apply(Graph.recording(backend), leaves);
            if (change) {
                y.value().fill(0.3f);
            }
            try {
                Backward.from(backend, y, Tensor.gaussian(Rng.of(2), 1f, y.shape().toArray()));
            } catch (IllegalStateException refused) {
                assertTrue(change && refused.getMessage().contains(op.name() + " saved its "), refused.getMessage());
                return;
            }
            results.add(leaves.stream().map(Variable::gradient).toList());
        }
        for (int i = 0; i < drawn.inputs().size(); i++) {
            assertArrayEquals(results.get(0).get(i).toArray(),
                    results.get(1).get(i).toArray());
        }
    }

    @Example
    void theSentenceNamesTheOpAndSaysWhatToDo() {
        Graph graph = Graph.recording(backend);
        Variable x = Variable.leaf(Tensor.zeros(2, 3));
        Variable w = Variable.leaf(Tensor.zeros(4, 3));
        Variable loss = graph.sum(graph.linear(x, w));
        w.value().fill(1f);
        String message = assertThrows(IllegalStateException.class, () -> Backward.from(backend, loss)).getMessage();
        assertEquals("backward: MatMul saved its input 1 (4,3), which was changed in place after the forward pass; "
                + "sweep before the change, or change a copy()", message);
        assertNull(x.gradient());
    }

    @Example
    void aStepOfTheOptimiserBetweenForwardAndBackwardIsRefused() {
        Parameter w = new Parameter("w", Tensor.vector(1f, 2f));
        AdamW optimiser = new AdamW(AdamW.Settings.DEFAULT, List.of(w));
        Graph graph = Graph.recording(backend);
        Variable first = graph.sum(graph.square(w.variable()));
        Variable second = graph.sum(graph.square(w.variable()));
        Backward.from(backend, first);
        optimiser.step(backend, 0.1);
        String message = assertThrows(IllegalStateException.class, () -> Backward.from(backend, second)).getMessage();
        assertTrue(message.startsWith("backward: SQUARE saved its input 0 (2), which was changed in place"), message);
    }

    @Example
    void aRefusedSweepCanBeAskedForAgain() {
        Graph graph = Graph.recording(backend);
        Variable x = Variable.leaf(Tensor.vector(2f));
        Variable squared = graph.square(x);
        Variable loss = graph.sum(squared);
        x.value().fill(3f);
        assertThrows(IllegalStateException.class, () -> Backward.from(backend, loss));
        assertThrows(IllegalStateException.class, () -> Backward.from(backend, loss));
        assertDoesNotThrow(() -> squared.value().item());
    }
}
