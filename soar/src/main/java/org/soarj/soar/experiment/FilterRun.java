package org.soarj.soar.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.soarj.rl.Evaluation;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.data.ProblemFile;
import org.soarj.rl.data.Split;
import org.soarj.soar.run.AtomicFile;
import org.soarj.soar.run.JsonLines;
import org.soarj.tensor.Rng;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * fail@k of a whole data set, with its progress on disk: {@code filter.jsonl} (what became of each problem), then
 * {@code hard.jsonl}, {@code train.jsonl} and {@code test.jsonl} (SOAR sec. 2.1: the problems never solved, and their halves).
 *
 * <p>Problems are taken in chunks of a fixed size, each with randomness of its own, so that what is found does not depend on
 * where the work was stopped. A chunk that was not finished is done again.
 */
public final class FilterRun {
    private static final String SETTINGS = "filter.json";
    private static final String PROGRESS = "filter.jsonl";
    private static final int CHUNK = 32;

    private final Path directory;
    private final HardFilter filter;

    /** How many problems were filtered, how many were never solved, and the halves of these. */
    public record Result(int problems, int hard, int train, int test, long samples) {}

    private FilterRun(Path directory, HardFilter filter) {
        this.directory = directory;
        this.filter = filter;
    }

    /**
     * Begins, or goes on.
     *
     * @param settings what decides the outcome; a run that goes on must have the same
     * @throws IOException when the folder holds something else than is asked for
     */
    public static FilterRun in(Path directory, HardFilter filter, String settings, boolean resume) throws IOException {
        Path file = directory.resolve(SETTINGS);
        String asked = JsonMapper.shared().writeValueAsString(Map.of("settings", settings, "samples", filter.samples()));
        if (resume) {
            if (!Files.isRegularFile(file)) {
                throw new IOException(directory + ": holds no filter run (no " + SETTINGS + "); start one without --resume");
            }
            String before = Files.readString(file);
            if (!JsonMapper.shared().readTree(before).equals(JsonMapper.shared().readTree(asked))) {
                throw new IOException(directory + ": was begun with " + before + ", now asked for is " + asked
                        + "; give the same options, or another folder");
            }
        } else if (Files.exists(file)) {
            throw new IOException(directory + ": holds a filter run already; go on with --resume, or choose another folder");
        } else {
            AtomicFile.write(file, asked);
        }
        return new FilterRun(directory, filter);
    }

    /**
     * Filters what is left and splits what was never solved.
     *
     * @param progress hears how many problems are done and how many of them were never solved
     * @throws IllegalStateException when fewer than two problems are hard: there is nothing to split
     */
    public Result run(Policy policy, List<Problem> problems, Evaluation.Judge judge, Rng rng, BiConsumer<Integer, Integer> progress)
            throws IOException {
        List<Problem> hard = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        long samples = 0;
        List<JsonNode> before = progressLines(ends);
        try (JsonLines log = JsonLines.plain(directory.resolve(PROGRESS))) {
            int whole = before.size() == problems.size() ? before.size() : before.size() / CHUNK * CHUNK;
            log.rewind(whole == 0 ? 0 : ends.get(whole - 1));
            for (int i = 0; i < whole; i++) {
                requireSame(problems.get(i), before.get(i));
                samples += before.get(i).get("samples").asInt();
                if (!before.get(i).get("solved").asBoolean()) {
                    hard.add(problems.get(i));
                }
            }
            progress.accept(whole, hard.size());
            for (int from = whole; from < problems.size(); from += CHUNK) {
                List<Problem> chunk = problems.subList(from, Math.min(problems.size(), from + CHUNK));
                for (HardFilter.Outcome outcome : filter.outcomes(policy, chunk, judge, rng.split("chunk", from / CHUNK))) {
                    log.append(line(outcome));
                    samples += outcome.samples();
                    if (!outcome.solved()) {
                        hard.add(outcome.problem());
                    }
                }
                progress.accept(from + chunk.size(), hard.size());
            }
        }
        return split(problems.size(), hard, samples, rng);
    }

    private Result split(int problems, List<Problem> hard, long samples, Rng rng) throws IOException {
        if (hard.size() < 2) {
            throw new IllegalStateException(hard.size() + " of " + problems + " problems failed in all of " + filter.samples()
                    + " samples; two are needed for a split: take harder problems or fewer samples");
        }
        Split halves = Split.halves(hard, rng.split("split"));
        ProblemFile.write(directory.resolve("hard.jsonl"), hard);
        ProblemFile.write(directory.resolve("train.jsonl"), halves.train());
        ProblemFile.write(directory.resolve("test.jsonl"), halves.test());
        return new Result(problems, hard.size(), halves.train().size(), halves.test().size(), samples);
    }

    private static Map<String, Object> line(HardFilter.Outcome outcome) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("id", outcome.problem().id());
        line.put("solved", outcome.solved());
        line.put("samples", outcome.samples());
        return line;
    }

    /** The lines written before; {@code ends} gets the place in the file after each. A torn last line is left out. */
    private List<JsonNode> progressLines(List<Long> ends) throws IOException {
        Path file = directory.resolve(PROGRESS);
        List<JsonNode> lines = new ArrayList<>();
        if (!Files.exists(file)) {
            return lines;
        }
        byte[] bytes = Files.readAllBytes(file);
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                try {
                    lines.add(JsonMapper.shared().readTree(bytes, start, i - start));
                } catch (JacksonException malformed) {
                    throw new IOException(file + ":" + (lines.size() + 1) + ": not valid JSON; begin again in another folder");
                }
                ends.add(i + 1L);
                start = i + 1;
            }
        }
        return lines;
    }

    private void requireSame(Problem problem, JsonNode line) throws IOException {
        if (!problem.id().equals(line.path("id").asString(""))) {
            throw new IOException(directory.resolve(PROGRESS) + ": was written for problem " + line.path("id").asString("")
                    + " where the data now have " + problem.id() + "; filter the changed data in another folder");
        }
    }
}
