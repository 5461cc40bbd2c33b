package org.soarj.tensor.reference;

import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendConformance;

/** The reference against itself: what is left are the promises on bits, in-place outputs and refusals. */
class ReferenceBackendConformanceTest implements BackendConformance {
    private static final Backend BACKEND = new ReferenceBackend();

    @Override
    public Backend backend() {
        return BACKEND;
    }
}
