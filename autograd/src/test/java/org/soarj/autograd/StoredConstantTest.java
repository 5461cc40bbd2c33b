package org.soarj.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.soarj.autograd.check.GradientCheck;
import org.soarj.autograd.op.Gather;
import org.soarj.autograd.op.MatMul;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.reference.ReferenceBackend;

/** Frozen weights stored in 16 bits: the other operand gets its gradient, they themselves cannot be trained. */
class StoredConstantTest {

    @Property(tries = 100)
    void theGradientOfTheOtherOperandMatchesCentralDifferences(
            @ForAll boolean transposeA, @ForAll boolean transposeB, @ForAll boolean bf16, @ForAll boolean fast,
            @ForAll long seed) {
        Rng rng = Rng.of(seed);
        int m = 1 + rng.nextInt(6);
        int n = 1 + rng.nextInt(6);
        int k = 1 + rng.nextInt(6);
        Tensor a = transposeA ? Tensor.gaussian(rng, 1, k, m) : Tensor.gaussian(rng, 1, m, k);
        Variable b = Variable.constant((transposeB ? Tensor.gaussian(rng, 1, n, k) : Tensor.gaussian(rng, 1, k, n))
                .to(bf16 ? DType.BF16 : DType.F16));
        try (Backend backend = fast ? new CpuBackend(2) : new ReferenceBackend()) {
            GradientCheck.Result result = GradientCheck.check(backend,
                    (graph, in) -> graph.apply(new MatMul(in.getFirst(), transposeA, b, transposeB)), List.of(a), rng, 12);
            assertTrue(result.compared() > 0);
            assertTrue(result.error() < GradientCheck.TOLERANCE, result::toString);
        }
    }

    /** The forward pass and both gradients have the bits that they have with the floats of the same weights. */
    @Property(tries = 40)
    void storageDoesNotShow(@ForAll boolean bf16, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor weights = Tensor.gaussian(rng, 1, 64 * (1 + rng.nextInt(2)), 1 + rng.nextInt(80))
                .to(bf16 ? DType.BF16 : DType.F16);
        Tensor x = Tensor.gaussian(rng, 1, 1 + rng.nextInt(9), weights.cols());
        try (Backend backend = new CpuBackend(2)) {
            Tensor[] expected = forwardAndGradient(backend, x, weights.to(DType.F32));
            Tensor[] actual = forwardAndGradient(backend, x, weights);
            assertArrayEquals(expected[0].toArray(), actual[0].toArray());
            assertArrayEquals(expected[1].toArray(), actual[1].toArray());
        }
    }

    private static Tensor[] forwardAndGradient(Backend backend, Tensor x, Tensor weights) {
        Graph graph = Graph.recording(backend);
        Variable leaf = Variable.leaf(x);
        Variable y = graph.linear(leaf, Variable.constant(weights));
        Tensor value = y.value().copy();
        Backward.from(backend, y, Tensor.gaussian(Rng.of(1), 1, y.shape().toArray()));
        return new Tensor[] {value, leaf.gradient()};
    }

    @Example
    void aStoredTableIsReadAndGetsNoGradient() {
        Backend backend = new ReferenceBackend();
        Variable table = Variable.constant(Tensor.vector(1, 2, 3, 4, 5, 6).reshape(3, 2).to(DType.BF16));
        Variable rows = Graph.recording(backend).apply(new Gather(table, new int[] {2, 0}));
        assertArrayEquals(new float[] {5, 6, 1, 2}, rows.value().toArray());
        assertNull(table.gradient());
    }

    @Example
    void storedLeavesAreRefused() {
        Tensor stored = Tensor.zeros(2, 3).to(DType.BF16);
        String expected = "leaf: (2,3) is stored as BF16, what is trained must be F32; convert it with to(F32), or make it a "
                + "constant";
        assertEquals(expected, assertThrows(IllegalArgumentException.class, () -> Variable.leaf(stored)).getMessage());
        assertEquals(expected, assertThrows(IllegalArgumentException.class, () -> new Parameter("w", stored)).getMessage());
    }
}
