package org.soarj.tensor.reference;

import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendConformance;
import org.soarj.tensor.backend.LongArrays;

/** Every promise once more, with tensors whose arrays go on past their numbers. */
class ReferenceBackendLongArraysTest implements BackendConformance {
    private static final Backend BACKEND = LongArrays.on(new ReferenceBackend());

    @Override
    public Backend backend() {
        return BACKEND;
    }
}
