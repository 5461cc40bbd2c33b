package org.soarj.soar.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.soarj.rl.Policy;
import org.soarj.rl.Problem;
import org.soarj.rl.data.ProblemFile;
import org.soarj.soar.rloo.NamedTask;
import org.soarj.soar.train.TrainConfig;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;

/**
 * A base and its hard problems made from nothing for an experiment on a world: what {@code soar pretrain} and {@code soar
 * filter} do by default, in {@code base} and {@code hard} of the experiment's folder. What is there is kept.
 *
 * @param base a model directory
 * @param hard train.jsonl and test.jsonl
 * @param easier problems of all difficulties below the hard ones
 */
public record WorldGround(Path base, Path hard, List<Problem> easier) {
    private static final int SAMPLES = 128;

    /** Makes what is missing. */
    public static WorldGround in(Path folder, TrainConfig config, Backend backend, DemoListener listener) throws IOException {
        Path base = folder.resolve("base");
        Path hard = folder.resolve("hard");
        PretrainConfig defaults = PretrainConfig.defaults();
        PretrainConfig pretrain = new PretrainConfig(defaults.world(), config.seed(), defaults.model(), defaults.training(),
                defaults.problems());
        if (!Files.exists(base.resolve("config.json"))) {
            new PretrainRun(backend, pretrain, base, listener, PretrainRun.SAVE_EVERY).run();
        }
        if (!Files.exists(hard.resolve("test.jsonl"))) {
            filter(base, hard, config, backend, listener);
        }
        int least = pretrain.problems().easiest();
        List<Problem> easier = ProblemFile.read(base.resolve("every-size.jsonl")).stream()
                .filter(problem -> Integer.parseInt(problem.tags().get("difficulty")) < least).toList();
        return new WorldGround(base, hard, easier);
    }

    private static void filter(Path base, Path hard, TrainConfig config, Backend backend, DemoListener listener) throws IOException {
        Llama llama = Checkpoint.load(base);
        NamedTask task = NamedTask.of(config.task(), config.reward(), base, llama.config());
        Policy policy = config.training(task.stopIds()).policy(backend, llama, task.task());
        List<Problem> problems = ProblemFile.read(base.resolve("problems.jsonl"));
        boolean begun = Files.exists(hard.resolve("filter.json"));
        listener.begin("filter", problems.size());
        FilterRun.Result found = FilterRun.in(hard, new HardFilter(SAMPLES), "seed " + config.seed(), begun)
                .run(policy, problems, task.task().judge(), Rng.of(config.seed()).split("filter"), (done, kept) ->
                        listener.step(done + " problems, " + kept + " never solved"));
        listener.end(found.hard() + " of " + found.problems() + " problems failed " + SAMPLES + " times of " + SAMPLES);
    }
}
