package org.soarj.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.soarj.autograd.check.OpCases;
import org.soarj.tensor.MemoryUse;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.reference.ReferenceBackend;

/** What a graph and its sweep take from the backend, and give back. */
class MemoryTest {
    private final Backend backend = new ReferenceBackend();

    @Provide
    Arbitrary<OpCases.Case> ops() {
        return Arbitraries.of(OpCases.all());
    }

    /** After a sweep only the root's value and the leaves' gradients are left. */
    @Property(tries = 300)
    void theSweepGivesEverythingBack(@ForAll("ops") OpCases.Case op, @ForAll long seed) {
        try (Backend cpu = new CpuBackend(1)) {
            OpCases.Drawn drawn = op.draw().from(Rng.of(seed));
            var leaves = drawn.inputs().stream().map(Variable::leaf).toList();
            Graph graph = Graph.recording(cpu);
            Variable y = graph.sum(graph.square(drawn.function().apply(graph, leaves)));
            float value = y.value().item();
            Backward.from(cpu, y);
            assertEquals(value, y.value().item());
            cpu.recycle(y.value());
            leaves.forEach(leaf -> leaf.clearGradient(cpu));
            assertEquals(0, cpu.memory().inUse(), op.name());
            drawn.inputs().forEach(Tensor::data);
        }
    }

    @Property(tries = 300)
    void aScopeGivesEverythingBackButWhatIsKept(@ForAll("ops") OpCases.Case op, @ForAll long seed) {
        try (Backend cpu = new CpuBackend(1)) {
            OpCases.Drawn drawn = op.draw().from(Rng.of(seed));
            var inputs = drawn.inputs().stream().map(Variable::leaf).toList();
            Graph graph = Graph.inference(cpu);
            Variable kept;
            Variable lost;
            try (Graph.Scope scope = graph.scope()) {
                lost = graph.square(drawn.function().apply(graph, inputs));
                kept = scope.keep(graph.sum(lost));
                assertTrue(cpu.memory().inUse() > 4);
            }
            assertEquals(4, cpu.memory().inUse(), op.name());
            assertTrue(Float.isFinite(kept.value().item()));
            assertThrows(IllegalStateException.class, lost::value);
            drawn.inputs().forEach(Tensor::data);
        }
    }

    @Example
    void aSteadyStepMakesNoNewBuffers() {
        try (Backend cpu = new CpuBackend(1)) {
            Variable w = Variable.leaf(Tensor.gaussian(Rng.of(1), 1f, 32, 32));
            long buffers = 0;
            for (int i = 0; i < 10; i++) {
                Graph graph = Graph.recording(cpu);
                Variable x = Variable.constant(Tensor.gaussian(Rng.of(i), 1f, 16, 32));
                Variable loss = graph.sum(graph.softmax(graph.linear(graph.silu(graph.linear(x, w)), w)));
                Backward.from(cpu, loss);
                w.clearGradient(cpu);
                cpu.recycle(loss.value());
                MemoryUse use = cpu.memory();
                assertEquals(0, use.inUse());
                assertTrue(i == 0 || use.idle() == buffers, "step " + i + " made new buffers: " + use);
                buffers = use.idle();
            }
        }
    }

    @Example
    void aValueThatTheSweepRecycledIsRefusedByName() {
        Graph graph = Graph.recording(backend);
        Variable squares = graph.square(Variable.leaf(Tensor.vector(3f, 4f)));
        Backward.from(backend, graph.sum(squares));
        String message = assertThrows(IllegalStateException.class, squares::value).getMessage();
        assertEquals("Variable(2): its value was recycled by the backward sweep or the scope that ended; read it before, or "
                + "keep a copy()", message);
    }

    /** Tensors of values that nobody has asked for are lent again after the sweep: a variable knows that of its own. */
    @Example
    void aValueIsRefusedAlsoWhenItsTensorIsAnother() {
        try (Backend cpu = new CpuBackend(1)) {
            Graph graph = Graph.recording(cpu);
            Variable asked = graph.square(Variable.leaf(Tensor.vector(3f, 4f)));
            Tensor kept = asked.value();
            Variable squares = graph.square(asked);
            Backward.from(cpu, graph.sum(squares));
            for (int i = 0; i < 9; i++) {
                cpu.zeros(Shape.of(1, 2));
            }
            assertThrows(IllegalStateException.class, squares::value);
            assertThrows(IllegalStateException.class, asked::value);
            assertThrows(IllegalStateException.class, kept::data);
            assertThrows(IllegalStateException.class, () -> graph.square(squares));
            assertEquals("Variable(2)", squares.toString());
        }
    }

    @Example
    void aReshapeAndWhatItSharesAreFreedOnce() {
        Graph graph = Graph.recording(backend);
        Variable x = Variable.leaf(Tensor.vector(1f, 2f, 3f, 4f));
        Variable squares = graph.square(x);
        Variable wide = graph.reshape(graph.reshape(squares, 2, 2), 1, 4);
        Backward.from(backend, graph.sum(graph.add(graph.mul(wide, graph.reshape(squares, 1, 4)), wide)));
        assertArrayEquals(new float[] {6f, 36f, 114f, 264f}, x.gradient().toArray());
        assertThrows(IllegalStateException.class, squares::value);
    }

    @Example
    void aRootThatIsAReshapeStaysReadable() {
        Graph graph = Graph.recording(backend);
        Variable x = Variable.leaf(Tensor.vector(1f, 2f));
        Variable squares = graph.square(x);
        Variable root = graph.reshape(squares, 2, 1);
        Backward.from(backend, root, Tensor.full(1f, 2, 1));
        assertArrayEquals(new float[] {1f, 4f}, root.value().toArray());
        assertArrayEquals(new float[] {2f, 4f}, x.gradient().toArray());
    }

    @Example
    void aReshapeOfALeafLeavesTheLeafAlone() {
        Graph recording = Graph.recording(backend);
        Variable x = Variable.leaf(Tensor.vector(1f, 2f));
        Backward.from(backend, recording.sum(recording.reshape(x, 2, 1)));
        Graph inference = Graph.inference(backend);
        try (Graph.Scope _ = inference.scope()) {
            inference.reshape(x, 2, 1);
        }
        assertArrayEquals(new float[] {1f, 2f}, x.value().toArray());
    }

    @Example
    void whatIsKeptGoesToTheScopeAround() {
        Graph graph = Graph.inference(backend);
        Variable x = Variable.constant(Tensor.vector(3f));
        Variable inside;
        try (Graph.Scope _ = graph.scope()) {
            try (Graph.Scope inner = graph.scope()) {
                inside = inner.keep(graph.reshape(graph.square(x), 1, 1));
            }
            assertEquals(9f, inside.value().item());
        }
        assertThrows(IllegalStateException.class, inside::value);
        assertEquals(0, backend.memory().inUse());
    }

    @Example
    void aRecordingGraphHasNoScopes() {
        String message = assertThrows(IllegalStateException.class, () -> Graph.recording(backend).scope()).getMessage();
        assertTrue(message.contains("use an inference graph"), message);
    }

    @Example
    void theSeedIsUsedUp() {
        try (Backend cpu = new CpuBackend(1)) {
            Tensor seed = cpu.zeros(Shape.of(1));
            Graph graph = Graph.recording(cpu);
            Backward.from(cpu, graph.softmax(Variable.leaf(Tensor.vector(3f))), seed);
            for (int i = 0; i < 9; i++) {
                cpu.zeros(Shape.of(1));
            }
            assertTrue(seed.isRecycled());
        }
    }
}
