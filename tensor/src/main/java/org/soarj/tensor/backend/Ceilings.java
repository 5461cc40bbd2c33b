package org.soarj.tensor.backend;

/**
 * What this machine can do at best, measured when asked: the figures that a kernel's rate is set beside.
 *
 * <p>Rates of arithmetic and of reading are the best of several rounds, so that a busy neighbour makes a kernel look worse and
 * never better. That of copying is the median, as the times of kernels beside it are: where others use the memory too, it may be
 * three times as fast in one round as in another.
 */
public interface Ceilings extends AutoCloseable {

    /** Single-precision multiply-adds kept in registers, on all threads at once; 10^9 operations a second, two for each. */
    double multiplyAddRate();

    /**
     * Plain copy of arrays on all threads at once, the median of several rounds; 10^9 bytes a second, read and written ones counted.
     *
     * @param floats numbers copied by all threads together; the size decides which cache serves it
     */
    double copyRate(int floats);

    /**
     * Plain reading of arrays on all threads at once; 10^9 bytes a second.
     *
     * @param floats numbers read by all threads together; the size decides which cache serves it
     */
    double readRate(int floats);

    @Override
    void close();
}
