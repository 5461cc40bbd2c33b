package org.soarj.cli.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Items spread evenly over a sequence whose length is known only at its end: every 1st, 3rd, 9th, 27th ... item,
 * with the smallest step that leaves no more than {@code most}. Batches come in powers of two, so steps of three meet every place
 * in a batch. The first item is always there.
 */
final class EvenSample<T> {
    private static final int THIN = 3;

    private final int most;
    private final List<T> kept = new ArrayList<>();
    private long seen;
    private long stride = 1;

    /** @param most items to keep; at least 2. Once there were as many, at least a third of it are kept. */
    EvenSample(int most) {
        if (most < 2) {
            throw new IllegalArgumentException("even sample: keeps at least 2 items, got " + most);
        }
        this.most = most;
    }

    /** Whether the next item would be kept for now, for those who make an item only if it is of use. */
    boolean wantsNext() {
        return seen % stride == 0;
    }

    void add(T item) {
        if (wantsNext()) {
            kept.add(item);
            if (kept.size() > most) {
                thin();
            }
        }
        seen++;
    }

    /** Passes over an item that was not wanted. */
    void skip() {
        seen++;
    }

    /** Items that went by. */
    long seen() {
        return seen;
    }

    /** In the order in which they came. */
    List<T> items() {
        return List.copyOf(kept);
    }

    private void thin() {
        for (int i = kept.size() - 1; i > 0; i--) {
            if (i % THIN != 0) {
                kept.remove(i);
            }
        }
        stride *= THIN;
    }
}
