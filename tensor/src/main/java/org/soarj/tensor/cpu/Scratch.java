package org.soarj.tensor.cpu;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Work space that tasks borrow and give back, so that a kernel which has run before allocates nothing. What a borrowed
 * array holds is left over from others: a kernel writes before it reads.
 */
final class Scratch {
    private final AtomicReferenceArray<float[]> free;
    private final AtomicReference<int[]> freeIndices = new AtomicReference<>();

    /** @param slots arrays kept for the next who asks */
    Scratch(int slots) {
        free = new AtomicReferenceArray<>(slots);
    }

    /** An array of at least {@code size} numbers. */
    float[] take(int size) {
        for (int i = 0; i < free.length(); i++) {
            float[] array = free.getAndSet(i, null);
            if (array != null && array.length >= size) {
                return array;
            } else if (array != null) {
                give(array);
            }
        }
        return new float[size];
    }

    /** Takes back what {@link #take} gave; of two arrays for one place the longer stays. */
    void give(float[] array) {
        float[] rest = array;
        for (int i = 0; i < free.length() && rest != null; i++) {
            float[] there = free.get(i);
            if ((there == null || there.length < rest.length) && free.compareAndSet(i, there, rest)) {
                rest = there;
            }
        }
    }

    /** An array of at least {@code size} integers; one is kept for the next who asks. */
    int[] takeIndices(int size) {
        int[] array = freeIndices.getAndSet(null);
        return array != null && array.length >= size ? array : new int[size];
    }

    /** Takes back what {@link #takeIndices} gave. */
    void giveIndices(int[] array) {
        freeIndices.set(array);
    }
}
