package org.soarj.tensor.cpu;

import org.soarj.tensor.Tensor;

/** Where a kernel begins: gives it a {@link KernelCall} with its tensors, in the order in which the kernel names them. */
final class Tasks {
    /** Elements of a chunk, of which a task of an element-wise or row kernel has one or several; a multiple of every vector width. */
    static final int CHUNK = 16_384;

    /** One for each thread that calls kernels: no kernel calls another. */
    private final ThreadLocal<KernelCall> calls;

    Tasks(WorkPool pool, Scratch scratch) {
        calls = ThreadLocal.withInitial(() -> new KernelCall(pool, scratch));
    }

    KernelCall with(Tensor a) {
        return with(a, null);
    }

    KernelCall with(Tensor a, Tensor b) {
        return with(a, b, null);
    }

    KernelCall with(Tensor a, Tensor b, Tensor c) {
        return with(a, b, c, null);
    }

    KernelCall with(Tensor a, Tensor b, Tensor c, Tensor d) {
        return with(a, b, c, d, null);
    }

    KernelCall with(Tensor a, Tensor b, Tensor c, Tensor d, Tensor e) {
        KernelCall call = calls.get();
        call.tensors(a, b, c, d, e);
        return call;
    }
}
