package org.soarj.tensor.cpu;

import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendConformance;

class CpuBackendConformanceTest implements BackendConformance {
    private static Backend backend;

    @BeforeContainer
    static void open() {
        backend = new CpuBackend(2);
    }

    @AfterContainer
    static void close() {
        backend.close();
    }

    @Override
    public Backend backend() {
        return backend;
    }
}
