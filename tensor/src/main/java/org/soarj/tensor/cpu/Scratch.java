package org.soarj.tensor.cpu;

/**
 * Work space that tasks borrow and give back, so that a kernel which has run before allocates nothing. What a borrowed
 * array holds is left over from others: a kernel writes before it reads.
 *
 * <p>Each thread has its own: to lend arrays from a common place costs as much as a small task, as cores fight for its line.
 */
final class Scratch {
    /** Arrays that one thread has in use at a time, at most; more are left to the collector. */
    private static final int KEPT = 4;

    private final ThreadLocal<float[][]> free = ThreadLocal.withInitial(() -> new float[KEPT][]);

    /** An array of at least {@code size} numbers. */
    float[] take(int size) {
        float[][] mine = free.get();
        for (int i = 0; i < KEPT; i++) {
            float[] array = mine[i];
            if (array != null && array.length >= size) {
                mine[i] = null;
                return array;
            }
        }
        return new float[size];
    }

    /** Takes back what {@link #take} gave, in the same thread; of two arrays for one place the longer stays. */
    void give(float[] array) {
        float[][] mine = free.get();
        float[] rest = array;
        for (int i = 0; i < KEPT && rest != null; i++) {
            float[] there = mine[i];
            if (there == null || there.length < rest.length) {
                mine[i] = rest;
                rest = there;
            }
        }
    }
}
