package org.soarj.soar.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.soarj.rl.Problem;
import org.soarj.rl.data.ProblemFile;
import org.soarj.soar.run.JsonLines;
import org.soarj.soar.world.World;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;

/**
 * A base from nothing, on disk: a model directory with the numbers of its training ({@code metrics.jsonl}), problems to be
 * filtered ({@code problems.jsonl}) and problems of every difficulty ({@code every-size.jsonl}).
 */
public final class PretrainRun {
    private final Backend backend;
    private final PretrainConfig config;
    private final Path directory;
    private final DemoListener listener;
    private double firstLoss = Double.NaN;
    private double lastLoss;
    private long tokens;

    /**
     * What came of it.
     *
     * @param firstLoss of the first step, nats a token
     * @param lastLoss mean of the last tenth of the steps
     * @param tokens that were trained on
     * @param problems to be filtered
     */
    public record Result(long parameters, double firstLoss, double lastLoss, long tokens, int problems) {}

    public PretrainRun(Backend backend, PretrainConfig config, Path directory, DemoListener listener) {
        this.backend = backend;
        this.config = config;
        this.directory = directory;
        this.listener = listener;
    }

    /** Trains and writes; the weights come last, so that a folder with weights is whole. */
    public Result run() throws IOException {
        World world = config.world().world();
        WorldBase base = WorldBase.in(directory, world, Rng.of(config.seed()));
        PretrainConfig.Problems asked = config.problems();
        List<Problem> problems = base.candidates(asked.count(), asked.easiest(), asked.hardest());
        ProblemFile.write(directory.resolve("problems.jsonl"), problems);
        ProblemFile.write(directory.resolve("every-size.jsonl"), named(base.ofEverySize(asked.ofEverySize())));
        Pretraining pretraining = config.training().pretraining();
        listener.begin("pretrain", pretraining.steps());
        long start = System.nanoTime();
        Llama llama;
        try (JsonLines metrics = JsonLines.plain(directory.resolve("metrics.jsonl"))) {
            llama = base.pretrained(backend, config.model(), pretraining, (step, loss, norm, count) ->
                    heard(metrics, step, loss, norm, count, (System.nanoTime() - start) / 1e9));
        }
        Checkpoint.save(directory, llama);
        listener.end(String.format(Locale.ROOT, "%,d parameters, loss %.3f -> %.3f, %,.0f tokens/s", llama.size(), firstLoss,
                lastLoss, tokens / ((System.nanoTime() - start) / 1e9)));
        return new Result(llama.size(), firstLoss, lastLoss, tokens, problems.size());
    }

    private void heard(JsonLines metrics, int step, double loss, double norm, long count, double seconds) {
        int steps = config.training().steps();
        int tail = Math.max(1, steps / 10);
        firstLoss = step == 0 ? loss : firstLoss;
        lastLoss += step >= steps - tail ? loss / tail : 0;
        tokens += count;
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("stage", "pretrain");
        line.put("step", step);
        line.put("loss", loss);
        line.put("gradient_norm", norm);
        line.put("tokens", count);
        line.put("time/seconds", seconds);
        metrics.append(line);
        listener.step(String.format(Locale.ROOT, "loss %.3f", loss));
    }

    /** The same problem may come twice, but an id must not. */
    private static List<Problem> named(List<Problem> problems) {
        return IntStream.range(0, problems.size()).mapToObj(i -> new Problem("p" + i, problems.get(i).question(),
                problems.get(i).answer(), problems.get(i).tags())).toList();
    }
}
