package org.soarj.tensor.cuda;

import java.util.Arrays;

/**
 * Index arrays on the card. A step of a decoder gives the same positions to every layer, so an array whose numbers are still
 * there is not uploaded again; its numbers are compared and not the object, which the caller may fill anew.
 */
final class IntSlots {
    private static final int SLOTS = 8;

    private final DevicePool pool;
    private final Slot[] slots = new Slot[SLOTS];
    private long clock;

    /** One array on the card. */
    private static final class Slot {
        private int[] numbers = {};
        private DeviceBlock block;
        private int room;
        private long used;
    }

    IntSlots(DevicePool pool) {
        this.pool = pool;
        Arrays.setAll(slots, _ -> new Slot());
    }

    /** The address of these numbers, for the next kernel; other arrays of the same kernel have other addresses. */
    long address(int[] numbers) {
        Slot oldest = slots[0];
        for (Slot slot : slots) {
            if (slot.block != null && Arrays.equals(slot.numbers, numbers)) {
                slot.used = ++clock;
                return slot.block.address();
            }
            oldest = slot.used < oldest.used ? slot : oldest;
        }
        if (oldest.block == null || oldest.room < numbers.length) {
            DeviceBlock larger = pool.allocate((long) Integer.BYTES * numbers.length);
            if (oldest.block != null) {
                oldest.block.release();
            }
            oldest.block = larger;
            oldest.room = numbers.length;
        }
        if (numbers.length > 0) {
            pool.device().upload(oldest.block.address(), numbers);
        }
        if (oldest.numbers.length == numbers.length) {
            System.arraycopy(numbers, 0, oldest.numbers, 0, numbers.length);
        } else {
            oldest.numbers = numbers.clone();
        }
        oldest.used = ++clock;
        return oldest.block.address();
    }
}
