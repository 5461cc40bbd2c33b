package org.soarj.soar.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.soarj.rl.Experience;
import org.soarj.rl.RlooStep;

class StepClockTest {
    private static RlooStep step(double generate, double update) {
        Experience nothing = new Experience(List.of(), List.of(), List.of(), new double[0][], Map.of());
        return new RlooStep(nothing, List.of(), 0, Map.of("generate", generate, "score", 1.0, "reward", 2.0, "update", update));
    }

    @Test
    void secondsOfSideBySideStudentsCountAsTheirShare() {
        StepClock clock = new StepClock(2);
        Map<String, Double> seconds = clock.stop(Map.of("generate", 1.0, "teacher_update", 2.0, "evaluate_base", 3.0), List.of(step(4, 6),
                step(2, 8)), 10);
        assertEquals(1 + (4 + 2) / 2.0, seconds.get("part_generation"));
        assertEquals(2 + (1 + 6 + 1 + 8) / 2.0, seconds.get("part_updates"));
        assertEquals(3 + 10 / 2.0, seconds.get("part_gains"));
        assertEquals((2 + 2) / 2.0, seconds.get("part_rewards"));
        assertEquals(1.0, seconds.get("generate"), "the phases stay");
    }

    @Test
    void thePartsAddUpToTheWholeAndWhatComesAfterTheLastStepCountsInAll() {
        StepClock clock = new StepClock(1);
        long start = System.nanoTime() - 5_000_000_000L;
        clock.since("logging", start);
        clock.stop(Map.of(), List.of(), 0);
        clock.start();
        Map<String, Double> step = clock.stop(Map.of(), List.of(), 0);
        double parts = step.entrySet().stream().filter(part -> part.getKey().startsWith(StepClock.PART)).mapToDouble(Map.Entry::getValue).sum();
        assertEquals(step.get("step"), parts, 1e-9);
        assertEquals(1, StepClock.outside(step), "no time was generation or update");
        double before = clock.total().get("step");
        clock.since("checkpoint", start);
        assertTrue(clock.total().get("part_checkpoint") >= 5);
        assertTrue(clock.total().get("step") >= before + 5);
    }

    @Test
    void secondsWithoutPartsSayNothing() {
        assertTrue(Double.isNaN(StepClock.outside(Map.of("step", 3.0))));
    }
}
