package org.soarj.autograd.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void warmUpRisesToThePeakAndTheCosineFallsToZero() {
        Schedule schedule = Schedule.cosine(2.0, 4, 12);
        assertEquals(0.5, schedule.at(0), 1e-12);
        assertEquals(2.0, schedule.at(3), 1e-12);
        assertEquals(2.0, schedule.at(4), 1e-12);
        assertEquals(1.0, schedule.at(8), 1e-12);
        assertEquals(0.0, schedule.at(12), 1e-12);
        assertEquals(0.0, schedule.at(100), 1e-12);
    }

    @Test
    void aLineIsHalfWayAtTheMiddle() {
        assertEquals(0.5, new Schedule(Schedule.Decay.LINEAR, 1.0, 0, 10).at(5), 1e-12);
    }

    @Test
    void aWarmUpLongerThanTheRunIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Schedule.cosine(1.0, 11, 10));
    }
}
