package org.soarj.tensor.reference;

/** The readable definition of every kernel: plain loops, double sums, one thread. Holds nothing, so it is safe to share. */
public final class ReferenceBackend implements Products, Elements, Rows, Tables, Attention, Optimiser {

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public void close() {}
}
