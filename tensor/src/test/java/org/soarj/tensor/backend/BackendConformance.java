package org.soarj.tensor.backend;

import net.jqwik.api.Example;
import org.soarj.tensor.Tensor;

/**
 * Everything that a {@link Backend} promises, as properties against the reference. A test of an implementation is a class
 * that says which one:
 *
 * <pre>{@code
 * class MyBackendConformanceTest implements BackendConformance {
 *     public Backend backend() { return MINE; }
 * }
 * }</pre>
 *
 * <p>A kernel's property is called {@code <kernel>AgreesWithTheReference}; {@code ConformanceTest} proves that each notices
 * a wrong number in each of the kernel's outputs.
 */
public interface BackendConformance extends ProductsConformance, ElementsConformance, RowsConformance, TablesConformance,
        AttentionConformance, LargeConformance, BatchInvariance, MemoryConformance, StoredConformance {

    @Example
    default void everyKernelRefusesWrongShapes() {
        WrongCalls.areRefusedBy(backend());
    }

    @Example
    default void noRowsAreNoWork() {
        Tensor none = Tensor.zeros(0, 4);
        Tensor out = Tensor.zeros(0, 4);
        int[] nobody = {};
        AttentionShape shape = new AttentionShape(2, 2, 2);
        backend().map(UnaryOp.EXP, none, out);
        backend().zip(BinaryOp.ADD, none, Tensor.zeros(4), out);
        backend().softmax(none, out);
        backend().logSoftmax(none, out);
        backend().rmsNorm(none, Tensor.zeros(4), 1e-5f, out, Tensor.zeros(0));
        backend().gather(Tensor.zeros(3, 4), nobody, out);
        backend().logProb(none, nobody, Tensor.zeros(0));
        backend().attention(none, none.copy(), none.copy(), new int[] {0}, shape, out, Tensor.zeros(0, 2));
        backend().matmul(none, false, Tensor.zeros(4, 5), false, 1, 0, Tensor.zeros(0, 5));
        Tensor sums = Tensor.full(7, 3, 5);
        backend().matmul(Tensor.zeros(3, 0), false, Tensor.zeros(0, 5), false, 1, 0, sums);
        Close.sameBits(Tensor.zeros(3, 5), sums);
        Tensor kept = Tensor.full(7, 3, 5);
        backend().matmul(Tensor.zeros(3, 0), false, Tensor.zeros(0, 5), false, 1, 0.5f, kept);
        Close.sameBits(Tensor.full(3.5f, 3, 5), kept);
        Tensor total = Tensor.scalar(7);
        backend().sumTo(none, total);
        Close.sameBits(Tensor.scalar(0), total);
    }
}
