package org.soarj.tensor.cuda;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.soarj.tensor.Rng;
import org.soarj.tensor.RowCopy;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.Close;

/** Everything but the driver, cuBLAS and the compiler of PTX: the order of arguments, layouts, residency and the kernels. */
@AddLifecycleHook(WithoutEmulator.class)
class EmulatedCudaConformanceTest implements CudaConformance {
    private static EmulatedCuda cuda;

    @BeforeContainer
    static void open() {
        cuda = EmulatedCuda.missing().isPresent() ? null : EmulatedCuda.open();
    }

    @AfterContainer
    static void close() {
        if (cuda != null) {
            cuda.close();
        }
    }

    @Override
    public Backend backend() {
        return cuda.backend();
    }

    @Property(tries = TRIES)
    void rowsAreCopiedOnTheCard(@ForAll(supplier = Few.class) int rows, @ForAll(supplier = Few.class) int width,
                                @ForAll(supplier = Few.class) int more, @ForAll long seed) {
        Rng rng = Rng.of(seed);
        Tensor here = Tensor.gaussian(rng, 1f, rows, width + more);
        Tensor there = backend().empty(here.shape());
        there.copyFrom(here);
        Tensor target = backend().zeros(Shape.of(rows, width + 2 * more));
        RowCopy copy = new RowCopy(rows, width, more, width + more, 2 * more, width + 2 * more);
        target.copyRows(there, copy);
        Tensor expected = Tensor.zeros(rows, width + 2 * more);
        expected.copyRows(here, copy);
        Close.sameBits(expected, target);
    }
}
