package org.soarj.soar.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.data.ProblemFile;
import org.soarj.soar.actor.TinyTask;
import org.soarj.tensor.Rng;
import org.soarj.tensor.reference.ReferenceBackend;

class FilterRunTest {
    private static final HardFilter FILTER = new HardFilter(5, 1);

    @TempDir
    private Path temporary;

    /** Right for two problems in three, at a sample that depends on the text. */
    private static final Evaluation.Judge JUDGE = (problem, completion) ->
            Integer.parseInt(problem.id().substring(1)) % 3 != 0 && completion.hashCode() % 3 == 0;

    private FilterRun.Result run(Path directory, boolean resume, Evaluation.Judge judge) throws IOException {
        TinyTask tiny = new TinyTask(temporary);
        Policy policy = new Policy(new ReferenceBackend(), tiny.llama(1), tiny.task().format(), tiny.sampling());
        return FilterRun.in(directory, FILTER, "some", resume).run(policy, tiny.problems(70), judge, Rng.of(1), (done, hard) -> { });
    }

    @Test
    void whatIsNeverSolvedIsKeptAndHalved() throws IOException {
        Path out = temporary.resolve("out");
        FilterRun.Result result = run(out, false, JUDGE);
        List<Problem> hard = ProblemFile.read(out.resolve("hard.jsonl"));
        assertEquals(70, result.problems());
        assertEquals(result.hard(), hard.size());
        assertEquals(result.hard() / 2, result.train());
        assertEquals(result.hard() - result.hard() / 2, result.test());
        assertTrue(hard.stream().filter(problem -> Integer.parseInt(problem.id().substring(1)) % 3 == 0).count() == 24);
        assertTrue(result.hard() >= 24 && result.hard() < 60, "the case should be mixed: " + result);
        assertTrue(result.samples() < 70 * 5, "solved problems should cost less: " + result);
    }

    @Test
    void aRunThatWasStoppedAnywhereFindsTheSame() throws IOException {
        Path whole = temporary.resolve("whole");
        FilterRun.Result expected = run(whole, false, JUDGE);
        byte[] progress = Files.readAllBytes(whole.resolve("filter.jsonl"));
        Path out = temporary.resolve("out");
        run(out, false, JUDGE);
        for (int cut : new int[] {0, 1, progress.length / 2, progress.length - 1, progress.length}) {
            Files.write(out.resolve("filter.jsonl"), Arrays.copyOf(progress, cut));
            assertEquals(expected, run(out, true, JUDGE), "cut at " + cut);
            for (String file : List.of("filter.jsonl", "hard.jsonl", "train.jsonl", "test.jsonl")) {
                assertEquals(Files.readString(whole.resolve(file)), Files.readString(out.resolve(file)), file + " cut at " + cut);
            }
        }
    }

    @Test
    void aFinishedRunSamplesNothingAgain() throws IOException {
        Path out = temporary.resolve("out");
        FilterRun.Result first = run(out, false, JUDGE);
        assertEquals(first, run(out, true, (problem, completion) -> {
            throw new AssertionError("sampled again");
        }));
    }

    @Test
    void otherSettingsAndOtherDataAreRefused() throws IOException {
        Path out = temporary.resolve("out");
        run(out, false, JUDGE);
        assertTrue(assertThrows(IOException.class, () -> FilterRun.in(out, FILTER, "some", false)).getMessage()
                .contains("holds a filter run already; go on with --resume"));
        assertTrue(assertThrows(IOException.class, () -> FilterRun.in(out, FILTER, "other", true)).getMessage()
                .contains("give the same options"));
        assertTrue(assertThrows(IOException.class, () -> FilterRun.in(temporary.resolve("no"), FILTER, "some", true)).getMessage()
                .contains("holds no filter run"));
        Files.writeString(out.resolve("filter.jsonl"), Files.readString(out.resolve("filter.jsonl")).replace("\"p0\"", "\"x0\""));
        assertTrue(assertThrows(IOException.class, () -> run(out, true, JUDGE)).getMessage()
                .contains("was written for problem x0 where the data now have p0"));
    }

    @Test
    void aSetWithoutHardProblemsHasNothingToSplit() {
        String message = assertThrows(IllegalStateException.class,
                () -> run(temporary.resolve("out"), false, (problem, completion) -> true)).getMessage();
        assertEquals("0 of 70 problems failed in all of 5 samples; two are needed for a split: take harder problems or fewer "
                + "samples", message);
    }
}
