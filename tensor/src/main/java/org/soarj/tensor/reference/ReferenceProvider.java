package org.soarj.tensor.reference;

import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendProvider;

/** Offers {@link ReferenceBackend}, which runs everywhere. */
public final class ReferenceProvider implements BackendProvider {

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public Probe probe() {
        return new Probe.Ready("plain loops with double sums, one thread");
    }

    /** The backend; it uses the caller's thread only, however many are allowed. */
    @Override
    public Backend create(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("reference: threads must be 1 or more, got " + threads);
        }
        return new ReferenceBackend();
    }
}
