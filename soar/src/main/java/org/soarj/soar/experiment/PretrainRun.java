package org.soarj.soar.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.soarj.autograd.optim.AdamW;
import org.soarj.rl.Problem;
import org.soarj.rl.data.ProblemFile;
import org.soarj.soar.run.JsonLines;
import org.soarj.soar.run.TrainingFolder;
import org.soarj.soar.world.World;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;

/**
 * A base from nothing, on disk: a model directory with the numbers of its training ({@code metrics.jsonl}), problems to be
 * filtered ({@code problems.jsonl}) and problems of every difficulty ({@code every-size.jsonl}). One that was killed and is run
 * again ends with the same bits.
 */
public final class PretrainRun {
    /** Steps of the usual distance between two checkpoints. */
    public static final int SAVE_EVERY = 200;
    private static final String FIRST_LOSS = "first_loss";
    private static final String LAST_LOSS = "last_loss";
    private static final String TOKENS = "tokens";

    private final Backend backend;
    private final PretrainConfig config;
    private final Path directory;
    private final DemoListener listener;
    private final int saveEvery;
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

    /** @param saveEvery steps from one checkpoint to the next; changes no number */
    public PretrainRun(Backend backend, PretrainConfig config, Path directory, DemoListener listener, int saveEvery) {
        this.backend = backend;
        this.config = config;
        this.directory = directory;
        this.listener = listener;
        this.saveEvery = saveEvery;
    }

    /**
     * Trains, from the newest whole checkpoint where there is one, and writes; the weights come last, so that a folder with
     * weights is whole.
     */
    public Result run() throws IOException {
        World world = config.world().world();
        WorldBase base = WorldBase.in(directory, world, Rng.of(config.seed()));
        PretrainConfig.Problems asked = config.problems();
        List<Problem> problems = base.candidates(asked.count(), asked.easiest(), asked.hardest());
        ProblemFile.write(directory.resolve("problems.jsonl"), problems);
        ProblemFile.write(directory.resolve("every-size.jsonl"), named(base.ofEverySize(asked.ofEverySize())));
        Llama llama = base.untrained(config.model());
        Pretraining pretraining = config.training().pretraining();
        AdamW optimiser = new AdamW(pretraining.optimiser(), llama.trainable());
        try (TrainingFolder folder = TrainingFolder.open(directory)) {
            folder.restore(llama, optimiser, warning -> { }).ifPresent(this::goOn);
            listener.begin("pretrain", pretraining.steps() - optimiser.steps());
            long before = tokens;
            long start = System.nanoTime();
            base.train(backend, llama, optimiser, pretraining, (step, loss, norm, count) -> {
                heard(folder.metrics(), step, loss, norm, count, (System.nanoTime() - start) / 1e9);
                saveIfDue(folder, step + 1, llama, optimiser);
            });
            Checkpoint.save(directory, llama);
            folder.discardCheckpoints();
            listener.end(String.format(Locale.ROOT, "%,d parameters, loss %.3f -> %.3f, %,.0f tokens/s", llama.size(), firstLoss,
                    lastLoss, (tokens - before) / ((System.nanoTime() - start) / 1e9)));
        }
        return new Result(llama.size(), firstLoss, lastLoss, tokens, problems.size());
    }

    private void goOn(TrainingFolder.State state) {
        firstLoss = state.figures().get(FIRST_LOSS);
        lastLoss = state.figures().get(LAST_LOSS);
        tokens = state.figures().get(TOKENS).longValue();
    }

    private void saveIfDue(TrainingFolder folder, int done, Llama llama, AdamW optimiser) {
        if (done % saveEvery == 0 && done < config.training().steps()) {
            try {
                folder.save(done, Map.of(FIRST_LOSS, firstLoss, LAST_LOSS, lastLoss, TOKENS, (double) tokens), llama, optimiser);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
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
