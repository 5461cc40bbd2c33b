package org.soarj.tensor.cpu;

import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendConformance;
import org.soarj.tensor.backend.LongArrays;

/** Every promise once more, with tensors whose arrays go on past their numbers. */
class CpuBackendLongArraysTest implements BackendConformance {
    private static Backend backend;

    @BeforeContainer
    static void open() {
        backend = LongArrays.on(new CpuBackend(2));
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
