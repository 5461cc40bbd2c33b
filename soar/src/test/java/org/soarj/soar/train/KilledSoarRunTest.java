package org.soarj.soar.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.soarj.soar.run.LogLines;
import org.soarj.soar.run.SavedState;
import org.soarj.tensor.Rng;

/** A SOAR run that is killed and goes on is the run that was never stopped, bit for bit. */
class KilledSoarRunTest {
    private static final int KILLS = 12;
    private static final int LONGEST_WAIT_MILLIS = 900;

    @TempDir
    private Path temporary;

    @Test
    void aRunThatIsKilledAgainAndAgainEndsAsOneThatNeverWas() throws IOException, InterruptedException {
        Path whole = temporary.resolve("whole");
        Path tokenizer = temporary.resolve("tokenizer");
        TinySoar.run(whole, tokenizer, TinySoar.config(TinySoar.STEPS), 1, new TinySoar.Quiet());
        KillableRun child = new KillableRun(TinySoar.class, tokenizer, temporary.resolve("errors.txt"));
        Rng rng = Rng.of(System.nanoTime());
        int kills = 0;
        int whileSaving = 0;
        for (int round = 0; kills < KILLS; round++) {
            Path run = temporary.resolve("run" + round);
            boolean killed = true;
            while (killed && kills < KILLS) {
                killed = child.killed(run, kills % 2 == 1, LONGEST_WAIT_MILLIS, rng);
                whileSaving += killed && KillableRun.halfSaved(run) ? 1 : 0;
                kills += killed ? 1 : 0;
            }
            TinySoar.run(run, tokenizer, TinySoar.config(TinySoar.STEPS), 2, new TinySoar.Quiet());
            assertSame(whole, run);
        }
        assertTrue(whileSaving > 0, "of " + kills + " kills none met a checkpoint half written");
    }

    /** Every file but those that hold the clock; these without it. */
    static void assertSame(Path whole, Path run) throws IOException {
        assertEquals(files(whole), files(run), "old checkpoints and leftovers are gone");
        for (String name : files(whole)) {
            Path one = whole.resolve(name);
            Path other = run.resolve(name);
            if (name.endsWith("metrics.jsonl") || name.endsWith("rollouts.jsonl.gz")) {
                assertEquals(LogLines.of(one), LogLines.of(other), name);
            } else if (name.endsWith("state.json")) {
                assertEquals(withoutMarks(one), withoutMarks(other), name);
            } else if (!name.matches("run\\.json|events.*|.*/manifest\\.json")) {
                assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(other), name);
            }
        }
    }

    /** The names of all files, the time in that of the events left out. */
    private static List<String> files(Path run) throws IOException {
        try (Stream<Path> paths = Files.walk(run)) {
            return paths.filter(Files::isRegularFile).map(path -> run.relativize(path).toString())
                    .filter(name -> !name.startsWith("events.")).sorted().toList();
        }
    }

    /** The log lengths count the digits of times, which differ. */
    private static SavedState withoutMarks(Path file) throws IOException {
        SavedState state = SavedState.read(file);
        return new SavedState(state.step(), state.window(), state.promotionQuestions(), Map.of());
    }
}
