package org.soarj.tensor.backend;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.ejml.simple.SimpleMatrix;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.cpu.CpuBackend;
import org.soarj.tensor.reference.ReferenceBackend;

/** Products against a library that shares no line with this one, in double precision. */
class MatmulAgainstEjmlTest {

    @Property(tries = 60)
    void theReferenceAgreesWithEjml(
            @ForAll(supplier = Conformance.Width.class) int m, @ForAll(supplier = Conformance.Width.class) int n,
            @ForAll(supplier = Conformance.Width.class) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll long seed) {
        try (Backend backend = new ReferenceBackend()) {
            agrees(backend, Close.ELEMENT, m, n, k, transposeA, transposeB, Rng.of(seed));
        }
    }

    @Property(tries = 60)
    void theCpuAgreesWithEjml(
            @ForAll(supplier = Conformance.Width.class) int m, @ForAll(supplier = Conformance.Width.class) int n,
            @ForAll(supplier = Conformance.Width.class) int k, @ForAll boolean transposeA, @ForAll boolean transposeB,
            @ForAll long seed) {
        try (Backend backend = new CpuBackend(1)) {
            agrees(backend, Close.SUM, m, n, k, transposeA, transposeB, Rng.of(seed));
        }
    }

    private static void agrees(Backend backend, double tolerance, int m, int n, int k, boolean transposeA,
                               boolean transposeB, Rng rng) {
        Tensor a = transposeA ? Conformance.random(rng, k, m) : Conformance.random(rng, m, k);
        Tensor b = transposeB ? Conformance.random(rng, n, k) : Conformance.random(rng, k, n);
        Tensor c = Conformance.random(rng, m, n);
        SimpleMatrix product = operand(a, transposeA).mult(operand(b, transposeB));
        SimpleMatrix expected = product.scale(0.5).plus(operand(c, false).scale(-2));
        backend.matmul(a, transposeA, b, transposeB, 0.5f, -2, c);
        Close.near(tensor(expected), c, tolerance);
    }

    private static SimpleMatrix operand(Tensor x, boolean transpose) {
        SimpleMatrix matrix = new SimpleMatrix(x.rows(), x.cols());
        for (int i = 0; i < x.size(); i++) {
            matrix.set(i, x.at(i));
        }
        return transpose ? matrix.transpose() : matrix;
    }

    private static Tensor tensor(SimpleMatrix matrix) {
        float[] data = new float[matrix.getNumElements()];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) matrix.get(i);
        }
        return Tensor.of(Shape.of(matrix.getNumRows(), matrix.getNumCols()), data);
    }
}
