package org.soarj.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.transformer.checkpoint.SaveOptions;
import org.soarj.transformer.lora.LoraSettings;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What {@code soar sft} can be told, and the checks that need no file. */
final class SftOptions {
    private static final String CHECKPOINTING = "gradient_checkpointing";
    private static final String SAVE_EVERY = "save_every";
    /** Keys of config.yaml that change no bit, so that a run that goes on may have others. */
    static final Set<String> FREE = Set.of(CHECKPOINTING, SAVE_EVERY);
    private static final double FULL_RATE = 2e-5;
    private static final double LORA_RATE = 2e-4;
    private static final double WARMUP_SHARE = 0.03;

    /** One of the two says how long to train. */
    static final class Length {
        @Option(names = "--epochs", paramLabel = "N", description = "Times that every example is seen (default: 1).")
        private Integer epochs;

        @Option(names = "--steps", paramLabel = "N", description = "Optimiser steps, over as many epochs as they take.")
        private Integer steps;
    }

    /** The adapter, of which the rank alone is needed. */
    static final class Adapter {
        @Option(names = "--lora-rank", required = true, paramLabel = "R",
                description = "Train a LoRA adapter of this rank; the weights stay as they are.")
        private int rank;

        @Option(names = "--lora-alpha", paramLabel = "A", description = "The adapter is multiplied by A/R (default: 2 R).")
        private Double alpha;

        @Option(names = "--lora-targets", split = ",", paramLabel = "NAME",
                description = "Layers to adapt, such as q_proj,v_proj (default: every linear layer).")
        private Set<String> targets = LoraSettings.ALL_LINEAR;

        @Option(names = "--lora-merge", description = "Write a plain model with the adapter added in, not the adapter.")
        private boolean merge;
    }

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "Model directory to start from.")
    Path model;

    @Option(names = "--data", required = true, paramLabel = "FILE",
            description = "JSONL, plain or gzipped, with fields prompt and completion (learned), or text (learned as a whole).")
    Path data;

    @Option(names = "--validation", paramLabel = "FILE",
            description = "JSONL on which the loss is measured before and after (default: up to 256 examples of the data).")
    Path validation;

    @Option(names = "--out", required = true, paramLabel = "DIR",
            description = "New folder for the model or adapter, with run.json, config.yaml and metrics.jsonl.")
    Path out;

    @ArgGroup(exclusive = true)
    private Length length = new Length();

    @ArgGroup(exclusive = false)
    private Adapter adapter;

    @Option(names = "--batch-tokens", defaultValue = "4096", paramLabel = "N",
            description = "Most tokens of one optimiser step (default: ${DEFAULT-VALUE}).")
    int batchTokens;

    @Option(names = "--pass-tokens", defaultValue = "1024", paramLabel = "N",
            description = "Most tokens of one forward and backward pass; bounds the memory (default: ${DEFAULT-VALUE}).")
    int passTokens;

    @Option(names = "--max-length", paramLabel = "N",
            description = "Leave out examples of more tokens (default: the model's context).")
    private Integer maxLength;

    @Option(names = "--learning-rate", paramLabel = "X", description = "Peak rate (default: 2e-5, for an adapter 2e-4).")
    private Double learningRate;

    @Option(names = "--decay", defaultValue = "cosine",
            description = "After the warm-up: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Schedule.Decay decay;

    @Option(names = "--warmup", paramLabel = "N", description = "Steps of warm-up (default: 3%% of the steps).")
    private Integer warmup;

    @Option(names = "--weight-decay", defaultValue = "0.01", paramLabel = "X",
            description = "Decay of AdamW (default: ${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(names = "--max-norm", defaultValue = "1", paramLabel = "X",
            description = "Clip gradients to this global norm (default: ${DEFAULT-VALUE}).")
    private double maxNorm;

    @Option(names = "--gradient-checkpointing",
            description = "Compute activations again in the backward pass: less memory, more time, the same bits.")
    boolean checkpointing;

    @Option(names = "--save-every", defaultValue = "500", paramLabel = "N",
            description = "Steps between checkpoints, which are gone once the model is written (default: ${DEFAULT-VALUE}).")
    int saveEvery;

    @Option(names = "--resume",
            description = "Go on with the run in --out from its checkpoint; the other options must be those it was started with.")
    boolean resume;

    @Option(names = "--seed", defaultValue = "1", description = "Root of all randomness (default: ${DEFAULT-VALUE}).")
    long seed;

    /** The number of steps asked for, or null for epochs. */
    Integer steps() {
        return length.steps;
    }

    int epochs() {
        return length.epochs == null ? 1 : length.epochs;
    }

    /** The adapter asked for, or null for full fine-tuning. */
    LoraSettings lora() {
        if (adapter == null) {
            return null;
        }
        return new LoraSettings(adapter.rank, adapter.alpha == null ? 2 * adapter.rank : adapter.alpha, adapter.targets);
    }

    boolean merge() {
        return adapter != null && adapter.merge;
    }

    int maxLength(int context) {
        return maxLength == null ? context : Math.min(maxLength, context);
    }

    Schedule schedule(int steps) {
        double peak = learningRate != null ? learningRate : adapter == null ? FULL_RATE : LORA_RATE;
        return new Schedule(decay, peak, warmup != null ? warmup : (int) Math.ceil(WARMUP_SHARE * steps) % steps, steps);
    }

    AdamW.Settings optimiser() {
        return new AdamW.Settings(0.9, 0.999, 1e-8, weightDecay, maxNorm);
    }

    /** What is wrong whatever the files hold, as lines for the user. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        requirePositive(problems, "--epochs", length.epochs);
        requirePositive(problems, "--steps", length.steps);
        requirePositive(problems, "--batch-tokens", batchTokens);
        requirePositive(problems, "--pass-tokens", passTokens);
        requirePositive(problems, "--max-length", maxLength);
        requirePositive(problems, "--save-every", saveEvery);
        requirePositive(problems, "--learning-rate", learningRate);
        requirePositive(problems, "--max-norm", maxNorm);
        requirePositive(problems, "--lora-rank", adapter == null ? null : adapter.rank);
        requirePositive(problems, "--lora-alpha", adapter == null ? null : adapter.alpha);
        if (warmup != null && warmup < 0) {
            problems.add("--warmup: must be 0 or more, got " + warmup);
        }
        if (!(weightDecay >= 0)) {
            problems.add("--weight-decay: must be 0 or more, got " + weightDecay);
        }
        return problems;
    }

    private static void requirePositive(List<String> problems, String option, Number value) {
        if (value != null && !(value.doubleValue() > 0)) {
            problems.add(option + ": must be above 0, got " + value);
        }
    }

    /** The whole, resolved, for config.yaml. */
    Map<String, Object> resolved(int steps, int context, SaveOptions written) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("model", model.toString());
        all.put("data", data.toString());
        all.put("validation", validation == null ? null : validation.toString());
        all.put("epochs", length.steps == null ? epochs() : null);
        all.put("steps", steps);
        all.put("batch_tokens", batchTokens);
        all.put("pass_tokens", passTokens);
        all.put("max_length", maxLength(context));
        Schedule schedule = schedule(steps);
        all.put("learning_rate", schedule.peak());
        all.put("decay", schedule.decay().name().toLowerCase(Locale.ROOT));
        all.put("warmup", schedule.warmup());
        all.put("beta1", optimiser().beta1());
        all.put("beta2", optimiser().beta2());
        all.put("epsilon", optimiser().epsilon());
        all.put("weight_decay", optimiser().weightDecay());
        all.put("max_norm", optimiser().maxNorm());
        all.put(CHECKPOINTING, checkpointing);
        all.put(SAVE_EVERY, saveEvery);
        LoraSettings lora = lora();
        if (lora != null) {
            all.put("lora_rank", lora.rank());
            all.put("lora_alpha", lora.alpha());
            all.put("lora_targets", lora.targets().stream().sorted().toList());
            all.put("lora_merge", merge());
        }
        all.put("dtype", written.dtype().name());
        all.put("shard_bytes", written.shardBytes());
        all.put("seed", seed);
        return all;
    }
}
