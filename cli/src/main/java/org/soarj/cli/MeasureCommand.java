package org.soarj.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.soarj.rl.Problem;
import org.soarj.rl.data.ProblemFile;
import org.soarj.soar.actor.Embedder;
import org.soarj.soar.measure.CosineDistance;
import org.soarj.soar.measure.EmbeddingFile;
import org.soarj.soar.measure.MeanDeviation;
import org.soarj.soar.measure.OutsideJudge;
import org.soarj.soar.measure.Taxonomy;
import org.soarj.soar.measure.VendiScore;
import org.soarj.soar.rloo.NamedTask;
import org.soarj.soar.rloo.RlooConfig;
import org.soarj.soar.world.DocumentClass;
import org.soarj.soar.world.LabelledChainSettings;
import org.soarj.soar.world.LabelledChainWorld;
import org.soarj.soar.world.World;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar measure}: how different a set of questions is, and how sound. */
@Command(name = "measure", mixinStandardHelpOptions = true,
        description = "Measure a set of questions: Vendi score and mean cosine distance of their embeddings, shares of well-posed "
                + "and rightly answered ones by kind of error.",
        footer = {"", "The kinds of error are known exactly in the demo's world (--task chain). For real questions a judge outside "
                + "of soarj finds them: write what it needs with --ask, bring its answers with --verdicts."})
final class MeasureCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Compute compute;

    @Option(names = "--data", paramLabel = "FILE", required = true,
            description = "Questions, JSONL or JSONL.GZ with question (or problem) and answer, such as a run's questions.jsonl.")
    private Path data;

    @ArgGroup(exclusive = true)
    private Points points;

    private static final class Points {
        @Option(names = "--model", paramLabel = "DIR",
                description = "Embed by this model: the mean of its last hidden states over a question's tokens.")
        private Path model;

        @Option(names = "--embeddings", paramLabel = "FILE", description = "Embeddings made elsewhere: JSONL of id and embedding.")
        private Path embeddings;
    }

    @Option(names = "--task", defaultValue = "MATH", description = "math, or chain, the demo's world (default: math).")
    private RlooConfig.TaskName task;

    @Option(names = "--by", paramLabel = "FIELD", description = "Measure the questions of each value of a field apart, such as the pool "
            + "of an experiment's questions.jsonl, or the step of a run's.")
    private String by;

    @Option(names = "--subset", defaultValue = "128",
            description = "Questions of each subset that is scored; a smaller set counts as a whole (default: ${DEFAULT-VALUE}).")
    private int subset;

    @Option(names = "--subsets", defaultValue = "100", description = "Random subsets (default: ${DEFAULT-VALUE}).")
    private int subsets;

    @Option(names = "--seed", defaultValue = "1", description = "Of the subsets (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--ask", paramLabel = "FILE", description = "Write a line for each question that a judge can answer.")
    private Path ask;

    @Option(names = "--verdicts", paramLabel = "FILE",
            description = "The judge's lines: id, is_well_posed, is_correct, error_type.")
    private Path verdicts;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        if (subset < 2 || subsets < 2) {
            throw new ParameterException(spec.commandLine(), "--subset and --subsets must be 2 or more, got " + subset + " and " + subsets);
        }
        try {
            List<Problem> questions = ProblemFile.read(data);
            if (points != null && questions.size() < 2) {
                throw new IllegalArgumentException(data + ": has one question; diversity takes two");
            }
            Map<String, int[]> parts = parts(questions);
            double[][] rows = points == null ? null
                    : points.embeddings != null ? EmbeddingFile.rows(points.embeddings, questions) : embedded(questions);
            List<DocumentClass> kinds = kinds(questions);
            Map<String, Map<String, Object>> found = new LinkedHashMap<>();
            parts.forEach((name, part) -> found.put(name, measured(questions, part, rows, kinds)));
            if (ask != null) {
                OutsideJudge.ask(ask, questions);
            }
            print(found);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Places of the questions of each value of the field, all of them under an empty name where no field was given. */
    private Map<String, int[]> parts(List<Problem> questions) {
        Map<String, List<Integer>> parts = new LinkedHashMap<>();
        for (int i = 0; i < questions.size(); i++) {
            Problem question = questions.get(i);
            if (by != null && !question.tags().containsKey(by)) {
                throw new IllegalArgumentException(data + ": question " + question.id() + " has no field " + by + "; it has "
                        + question.tags().keySet());
            }
            parts.computeIfAbsent(by == null ? "" : question.tags().get(by), name -> new ArrayList<>()).add(i);
        }
        Map<String, int[]> places = new LinkedHashMap<>();
        parts.forEach((name, part) -> places.put(name, part.stream().mapToInt(Integer::intValue).toArray()));
        return places;
    }

    private Map<String, Object> measured(List<Problem> questions, int[] part, double[][] rows, List<DocumentClass> kinds) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("questions", part.length);
        found.put("distinct", (double) IntStream.of(part).mapToObj(i -> questions.get(i).question()).distinct().count() / part.length);
        if (rows != null && part.length > 1) {
            diversity(IntStream.of(part).mapToObj(i -> rows[i]).toArray(double[][]::new), found);
        }
        if (!kinds.isEmpty()) {
            found.putAll(Taxonomy.of(IntStream.of(part).mapToObj(kinds::get).toList()).metrics());
        }
        return found;
    }

    private void diversity(double[][] rows, Map<String, Object> found) {
        MeanDeviation vendi =
                VendiScore.subsampled(rows, Math.min(subset, rows.length), subsets, Rng.of(seed).split("vendi"));
        found.put("vendi_subset", Math.min(subset, rows.length));
        found.put("vendi_mean", vendi.mean());
        found.put("vendi_deviation", vendi.deviation());
        found.put("cosine_distance", CosineDistance.meanPairwise(rows));
    }

    private double[][] embedded(List<Problem> questions) throws IOException {
        try (Backend backend = compute.open()) {
            Llama llama = Checkpoint.load(points.model);
            NamedTask named = NamedTask.of(task, RlooConfig.RewardName.EXACT, points.model, llama.config());
            NamedTask.requireRoom(named.task(), llama, questions);
            return new Embedder(backend, llama, named.task().format()).rows(questions);
        }
    }

    /** What each question truly is, or nothing where nobody knows. */
    private List<DocumentClass> kinds(List<Problem> questions) throws IOException {
        if (verdicts != null) {
            return OutsideJudge.verdicts(verdicts, questions);
        }
        World world = new LabelledChainWorld(LabelledChainSettings.DEFAULT);
        return task == RlooConfig.TaskName.CHAIN ? questions.stream().map(world::classify).toList() : List.of();
    }

    private void print(Map<String, Map<String, Object>> found) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> spelled = new LinkedHashMap<>();
            found.forEach((part, figures) -> {
                Map<String, Object> one = new LinkedHashMap<>();
                figures.forEach((name, value) -> one.put(name.replace('/', '_'), value));
                spelled.put(part, one);
            });
            out.println(JsonMapper.shared().writeValueAsString(by == null ? spelled.get("") : spelled));
        } else {
            found.forEach((part, figures) -> {
                if (by != null) {
                    out.printf(Locale.ROOT, "%s %s%n", by, part);
                }
                figures.forEach((name, value) -> out.printf(Locale.ROOT, value instanceof Double ? "%-20s %10.4f%n" : "%-20s %10d%n",
                        name.replace('_', ' ').replace('/', ' '), value));
            });
        }
        out.flush();
    }
}
