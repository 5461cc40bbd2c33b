package org.soarj.tensor.cuda;

import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendProvider.Probe;

/** The same on the card of this machine. */
@Tag("card")
@AddLifecycleHook(WithoutCard.class)
class CudaConformanceTest implements CudaConformance {
    private static Backend backend;

    @BeforeContainer
    static void open() {
        CudaProvider provider = new CudaProvider();
        backend = provider.probe() instanceof Probe.Ready ? provider.create(1) : null;
    }

    @AfterContainer
    static void close() {
        if (backend != null) {
            backend.close();
        }
    }

    @Override
    public Backend backend() {
        return backend;
    }
}
