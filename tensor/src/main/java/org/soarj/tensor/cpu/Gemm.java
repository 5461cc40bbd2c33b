package org.soarj.tensor.cpu;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Matrix products over row-major arrays: cuts c into tasks ({@link GemmBlocking}), brings a and b into the order that the
 * tiles want ({@link GemmPacking}), for all tasks together or in each ({@link GemmCall}, {@link GemmTask}), and runs the tiles
 * over them ({@link GemmKernels}).
 */
final class Gemm {
    private final WorkPool pool;
    /** The call of the thread that came last; others that compute at the same time bring their own. */
    private final AtomicReference<GemmCall> idle = new AtomicReference<>();

    Gemm(WorkPool pool) {
        this.pool = pool;
    }

    /** A product to be filled in and run; to be given back by {@link #giveBack}. */
    GemmCall take() {
        GemmCall call = idle.getAndSet(null);
        return call == null ? new GemmCall(pool) : call;
    }

    void giveBack(GemmCall call) {
        call.product.clear();
        // Without the fence of set, which would wait until all of c has gone to the cache.
        idle.setRelease(call);
    }
}
