package org.soarj.tensor.backend;

/**
 * What this machine can do at best, measured when asked: the figures that a kernel's rate is set beside.
 *
 * <p>That of arithmetic is the best of several rounds, so that a busy neighbour makes a kernel look worse and never better. Those of
 * memory are medians, as are the times of kernels beside them: where others use the memory too, one round may be twice as fast as
 * the next.
 */
public interface Ceilings extends AutoCloseable {

    /** Single-precision multiply-adds kept in registers, on all threads at once; 10^9 operations a second, two for each. */
    double multiplyAddRate();

    /**
     * The platform's copy of arrays on all threads at once, the median of several rounds; 10^9 bytes a second, read and written ones
     * counted.
     *
     * @param floats numbers copied by all threads together; the size decides which cache serves it
     */
    double copyRate(int floats);

    /**
     * The same copy by a plain loop, as a kernel would make it. The platform's may have stores of its own, such as ones around
     * the caches, which leave out the reading of what is about to be written.
     *
     * @param floats numbers copied by all threads together; the size decides which cache serves it
     */
    double loopCopyRate(int floats);

    /**
     * Plain reading of arrays on all threads at once, the median of several rounds; 10^9 bytes a second.
     *
     * @param floats numbers read by all threads together; the size decides which cache serves it
     */
    double readRate(int floats);

    @Override
    void close();
}
