package org.soarj.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class IntSlotsTest {
    private final EmulatedDevice card = new EmulatedDevice(null, 1 << 20);
    private final IntSlots slots = new IntSlots(new DevicePool(card, 0, false));

    @Test
    void equalNumbersAreUploadedOnceAndOtherOnesAgain() {
        int[] positions = {1, 2, 3};
        long address = slots.address(positions);
        assertEquals(address, slots.address(positions.clone()));
        assertEquals(12, card.uploadedBytes);
        positions[1] = 7;
        assertNotEquals(address, slots.address(positions));
        assertEquals(24, card.uploadedBytes);
        assertEquals(address, slots.address(new int[] {1, 2, 3}));
    }

    /** A kernel has two arrays at most; the second must not take the place of the first. */
    @Test
    void theArrayJustAskedForKeepsItsPlace() {
        for (int round = 0; round < 50; round++) {
            long first = slots.address(new int[] {0, 0});
            assertNotEquals(first, slots.address(new int[] {1, round}));
        }
    }

    @Test
    void memoryGrowsWithTheLargestArraysAlone() {
        for (int round = 0; round < 100; round++) {
            slots.address(new int[1 + round % 10]);
            slots.address(new int[] {round});
        }
        assertEquals(0, slots.address(new int[0]) % EmulatedDevice.ALIGNMENT);
        assertEquals(8 * 256, card.allocatedBytes());
    }
}
