package org.soarj.soar.rloo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.soar.run.KillableRun;
import org.soarj.tensor.Rng;

/** A run that is killed and goes on is the run that was never stopped, bit for bit. */
class KilledRunTest {
    private static final int KILLS = 20;
    private static final int LONGEST_WAIT_MILLIS = 400;

    @TempDir
    private Path temporary;

    @Test
    void pitfall15ARunThatIsKilledAgainAndAgainEndsAsOneThatNeverWas() throws IOException, InterruptedException {
        Path whole = temporary.resolve("whole");
        TinyRun.run(whole, temporary.resolve("tokenizer"), TinyRun.STEPS);
        KillableRun child = new KillableRun(TinyRun.class, temporary.resolve("tokenizer"), temporary.resolve("errors.txt"));
        Rng rng = Rng.of(System.nanoTime());
        int kills = 0;
        int whileSaving = 0;
        for (int round = 0; kills < KILLS; round++) {
            Path run = temporary.resolve("run" + round);
            boolean killed = true;
            while (killed && kills < KILLS) {
                boolean saving = kills % 2 == 1;
                killed = child.killed(run, saving, LONGEST_WAIT_MILLIS, rng);
                whileSaving += killed && KillableRun.halfSaved(run) ? 1 : 0;
                kills += killed ? 1 : 0;
            }
            TinyRun.run(run, temporary.resolve("tokenizer"), TinyRun.STEPS);
            assertSame(whole, run);
        }
        assertTrue(whileSaving > 0, "of " + kills + " kills none met a checkpoint half written");
    }

    @Test
    void halfTheStepsTwiceAreAllTheSteps() throws IOException {
        Path whole = temporary.resolve("whole");
        Path halves = temporary.resolve("halves");
        TinyRun.run(whole, temporary.resolve("tokenizer"), TinyRun.config(8), new TinyRun.Quiet());
        assertThrows(IllegalStateException.class, () -> TinyRun.run(halves, temporary.resolve("tokenizer"), TinyRun.config(8),
                new TinyRun.StopsAfter(5)));
        assertFalse(TinyRun.lines(whole.resolve("metrics.jsonl")).equals(TinyRun.lines(halves.resolve("metrics.jsonl"))));
        TinyRun.run(halves, temporary.resolve("tokenizer"), TinyRun.config(8), new TinyRun.Quiet());
        assertSame(whole, halves);
    }

    private static void assertSame(Path whole, Path run) throws IOException {
        for (String log : List.of("metrics.jsonl", "rollouts.jsonl.gz")) {
            assertEquals(TinyRun.lines(whole.resolve(log)), TinyRun.lines(run.resolve(log)));
        }
        try (Stream<Path> checkpoints = Files.list(whole.resolve("checkpoints"))) {
            for (Path checkpoint : checkpoints.toList()) {
                Path same = run.resolve("checkpoints").resolve(checkpoint.getFileName());
                for (String file : List.of("model.safetensors", "optimizer.safetensors", "config.json", "tokenizer.json")) {
                    assertArrayEquals(Files.readAllBytes(checkpoint.resolve(file)), Files.readAllBytes(same.resolve(file)), file);
                }
                assertEquals(withoutMarks(checkpoint), withoutMarks(same));
            }
        }
        try (Stream<Path> left = Files.list(run.resolve("checkpoints"))) {
            assertEquals(2, left.count(), "old checkpoints and leftovers are gone");
        }
    }

    /** The log lengths count the digits of times, which differ. */
    private static RlooState withoutMarks(Path checkpoint) throws IOException {
        RlooState state = RlooState.read(checkpoint);
        return new RlooState(state.step(), state.updates(), state.drawn(), state.klBeta(), state.alarms(), Map.of());
    }
}
