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
import java.util.Optional;
import java.util.stream.IntStream;
import org.soarj.autograd.optim.AdamW;
import org.soarj.soar.run.RunHeader;
import org.soarj.soar.run.TrainingFolder;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.io.TensorInfo;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.checkpoint.Precision;
import org.soarj.transformer.checkpoint.SaveOptions;
import org.soarj.transformer.checkpoint.WeightFiles;
import org.soarj.transformer.lora.AdapterFiles;
import org.soarj.transformer.lora.Lora;
import org.soarj.transformer.tokenizer.Tokenizer;
import org.soarj.transformer.train.BatchPlan;
import org.soarj.transformer.train.Example;
import org.soarj.transformer.train.ExampleFile;
import org.soarj.transformer.train.FineTuning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar sft}: supervised fine-tuning of a checkpoint on a user's own texts. */
@Command(name = "sft", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Fine-tune a model, or train a LoRA adapter for it, on texts; write it with the record of the run.")
final class SftCommand implements Runnable {
    private static final String LOSS_BEFORE = "loss_before";
    private static final int MEASURED_EXAMPLES = 256;
    /** A weight, its gradient and two moments, each a float. */
    private static final long BYTES_OF_A_TRAINED_WEIGHT = 16;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SftOptions options;

    @Mixin
    private Saving saving;

    @Mixin
    private Compute compute;

    @Option(names = "--json", description = "Print the result as one JSON object.")
    private boolean json;

    /** What the files gave. */
    private record Prepared(List<Example> examples, List<Example> measured, int leftOut, Llama model, BatchPlan plan,
                            SaveOptions written) {}

    @Override
    public void run() {
        for (String problem : options.problems()) {
            throw new ParameterException(spec.commandLine(), problem);
        }
        try {
            if (options.resume) {
                TrainingFolder.requireUnfinished(options.out);
            } else {
                NewFolder.require(options.out);
            }
            Prepared prepared = prepare();
            if (options.resume) {
                requireSameRun(prepared);
            }
            train(prepared);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Prepared prepare() throws IOException {
        LlamaConfig config = Checkpoint.config(options.model);
        SaveOptions written = saving.options(requireRoom(config), options.model);
        Tokenizer tokenizer = Tokenizer.load(options.model);
        int end = tokenizer.eosId().orElseGet(() -> config.eosTokenIds().stream().findFirst().orElseThrow(
                () -> new IllegalArgumentException(options.model + ": neither tokenizer_config.json nor config.json names a "
                        + "token that ends a text")));
        List<Example> all = read(options.data, tokenizer, end, config);
        Llama model = Checkpoint.load(options.model, options.lora() == null ? Precision.F32 : Precision.STORED);
        int longest = options.maxLength(model.rope().length());
        List<Example> examples = all.stream().filter(example -> example.ids().length <= longest).toList();
        if (examples.isEmpty()) {
            throw new IllegalArgumentException(options.data + ": all " + all.size() + " examples have more than " + longest
                    + " tokens; raise --max-length, or shorten them");
        }
        List<Example> measured = options.validation == null ? spread(examples)
                : read(options.validation, tokenizer, end, config).stream()
                        .filter(example -> example.ids().length <= longest).toList();
        if (measured.isEmpty()) {
            throw new IllegalArgumentException(options.validation + ": all examples have more than " + longest + " tokens");
        }
        Rng rng = Rng.of(options.seed);
        BatchPlan plan = options.steps() == null
                ? BatchPlan.ofEpochs(examples, options.epochs(), options.batchTokens, rng.split("order"))
                : BatchPlan.ofSteps(examples, options.steps(), options.batchTokens, rng.split("order"));
        Llama trained = options.lora() == null ? model : Lora.attach(model, options.lora(), rng.split("adapter"));
        return new Prepared(examples, measured, all.size() - examples.size(), trained, plan, written);
    }

    /** The type of the weights; refuses a model whose training state cannot fit, before anything is loaded. */
    private DType requireRoom(LlamaConfig config) throws IOException {
        try (WeightFiles weights = WeightFiles.open(options.model)) {
            Checkpoint.verify(config, weights);
            long numbers = 0;
            for (String name : weights.names()) {
                numbers += weights.info(name).elements();
            }
            long needed = BYTES_OF_A_TRAINED_WEIGHT * numbers;
            long heap = Runtime.getRuntime().maxMemory();
            if (options.lora() == null && needed > heap) {
                throw new IllegalArgumentException(String.format(Locale.ROOT, "%s: full fine-tuning of %,d weights takes %.1f GB "
                        + "and the activations, Java may use %.1f GB; raise it (SOAR_JAVA_OPTS=-Xmx%dg), or train an adapter "
                        + "(--lora-rank 8)", options.model, numbers, needed / 1e9, heap / 1e9, needed / 800_000_000 + 1));
            }
            TensorInfo table = weights.info("model.embed_tokens.weight");
            return table.dtype();
        }
    }

    private static List<Example> read(Path file, Tokenizer tokenizer, int end, LlamaConfig config) throws IOException {
        List<Example> examples = ExampleFile.read(file, tokenizer, end);
        for (Example example : examples) {
            int largest = IntStream.of(example.ids()).max().orElseThrow();
            if (largest >= config.vocabSize()) {
                throw new IllegalArgumentException("tokenizer.json gives the token id " + largest + ", the model's embedding has "
                        + config.vocabSize() + " rows (vocab_size in config.json); do they belong together?");
            }
        }
        return examples;
    }

    /** Some examples from all over the data, always the same. */
    private static List<Example> spread(List<Example> examples) {
        int count = Math.min(MEASURED_EXAMPLES, examples.size());
        return IntStream.range(0, count).mapToObj(i -> examples.get((int) ((long) i * examples.size() / count))).toList();
    }

    private void train(Prepared prepared) throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        Llama model = prepared.model;
        int steps = prepared.plan.steps().size();
        FineTuning tuning = new FineTuning(options.schedule(steps), options.optimiser(), options.passTokens, options.checkpointing);
        AdamW optimiser = new AdamW(options.optimiser(), model.trainable());
        try (Backend backend = compute.open()) {
            try (TrainingFolder folder = folder(backend, prepared)) {
                announce(prepared, backend, err);
                TrainingFolder.State state = begin(folder, backend, prepared, optimiser);
                StageProgress progress = new StageProgress(err);
                progress.begin("sft", steps - state.step());
                long start = System.nanoTime();
                tuning.run(backend, model, prepared.plan, optimiser, report -> {
                    folder.metrics().append(row(report, start));
                    progress.step(String.format(Locale.ROOT, "loss %.3f", report.loss()));
                    saveIfDue(folder, report.step() + 1, steps, state.figures(), model, optimiser);
                });
                double seconds = (System.nanoTime() - start) / 1e9;
                double rate = tokens(prepared.plan, state.step()) / seconds;
                progress.end(String.format(Locale.ROOT, "%,.0f tokens/s", rate));
                double after = FineTuning.loss(backend, model, prepared.measured, options.passTokens);
                save(backend, prepared);
                folder.discardCheckpoints();
                print(prepared, state.figures().get(LOSS_BEFORE), after, seconds, rate);
            }
        }
    }

    private static long tokens(BatchPlan plan, int from) {
        return plan.steps().stream().skip(from).flatMap(List::stream).mapToLong(example -> example.ids().length).sum();
    }

    /** Where the run stands before its next step: at the start, or at its newest checkpoint. */
    private TrainingFolder.State begin(TrainingFolder folder, Backend backend, Prepared prepared, AdamW optimiser) throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        Optional<TrainingFolder.State> state = folder.restore(prepared.model, optimiser, warning -> err.println("warning: " + warning));
        if (options.resume) {
            err.println(state.isEmpty() ? "there is no checkpoint yet: beginning again" : "going on after step "
                    + state.get().step());
            err.flush();
        }
        return state.isPresent() ? state.get()
                : new TrainingFolder.State(0, Map.of(LOSS_BEFORE, FineTuning.loss(backend, prepared.model, prepared.measured,
                        options.passTokens)), 0);
    }

    private void saveIfDue(TrainingFolder folder, int done, int steps, Map<String, Double> figures, Llama model, AdamW optimiser) {
        if (done % options.saveEvery == 0 && done < steps) {
            try {
                folder.save(done, figures, model, optimiser);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    private void announce(Prepared prepared, Backend backend, PrintWriter err) {
        if (prepared.leftOut > 0) {
            err.printf(Locale.ROOT, "soar sft: %d of %d examples are left out, they are longer than %d tokens%n",
                    prepared.leftOut, prepared.leftOut + prepared.examples.size(),
                    options.maxLength(prepared.model.rope().length()));
        }
        err.printf(Locale.ROOT, "soar sft: about to train %,d of %,d numbers for %,d steps of up to %,d tokens, %,d tokens in "
                + "all, on the %s backend%n", trained(prepared.model),
                prepared.model.size() + (options.lora() == null ? 0 : trained(prepared.model)), prepared.plan.steps().size(),
                options.batchTokens, prepared.plan.tokens(), backend.name());
        err.flush();
    }

    private static long trained(Llama model) {
        return model.trainable().stream().mapToLong(parameter -> parameter.value().size()).sum();
    }

    private Map<String, Object> settings(Prepared prepared) {
        return options.resolved(prepared.plan.steps().size(), prepared.model.rope().length(), prepared.written);
    }

    private void requireSameRun(Prepared prepared) throws IOException {
        SftFolder.requireSettings(options.out, settings(prepared), SftOptions.FREE);
        FileHash.requireSame(options.out, "model_hash", FileHash.ofModel(options.model), options.model.toString());
        FileHash.requireSame(options.out, "data_hash", FileHash.of(options.data), options.data.toString());
    }

    private TrainingFolder folder(Backend backend, Prepared prepared) throws IOException {
        if (options.resume) {
            return TrainingFolder.open(options.out);
        }
        List<String> flags = new ArrayList<>(spec.commandLine().getParseResult().originalArgs());
        RunHeader header = RunHeader.here(options.seed, flags).with("backend", backend.name())
                .with("model_hash", FileHash.ofModel(options.model)).with("data_hash", FileHash.of(options.data));
        return SftFolder.create(options.out, header, settings(prepared));
    }

    private static Map<String, Object> row(FineTuning.Report report, long start) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("step", report.step());
        row.put("loss", report.loss());
        row.put("gradient_norm", report.gradientNorm());
        row.put("learning_rate", report.learningRate());
        row.put("tokens", report.tokens());
        row.put("targets", report.targets());
        row.put("time/seconds", (System.nanoTime() - start) / 1e9);
        return row;
    }

    private void save(Backend backend, Prepared prepared) throws IOException {
        if (options.lora() != null && !options.merge()) {
            AdapterFiles.save(options.out, prepared.model, options.lora(), options.model.toString());
            return;
        }
        Llama plain = options.merge() ? Lora.merge(backend, prepared.model) : prepared.model;
        Checkpoint.save(options.out, plain, prepared.written);
    }

    private void print(Prepared prepared, double before, double after, double seconds, double rate) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("model", options.model.toString());
        result.put("out", options.out.toString());
        result.put("parameters", prepared.model.size());
        result.put("trained_parameters", trained(prepared.model));
        result.put("examples", prepared.examples.size());
        result.put("left_out", prepared.leftOut);
        result.put("epochs", prepared.plan.epochs());
        result.put("steps", prepared.plan.steps().size());
        result.put("tokens", prepared.plan.tokens());
        result.put("measured_examples", prepared.measured.size());
        result.put(LOSS_BEFORE, before);
        result.put("loss_after", after);
        result.put("seconds", seconds);
        result.put("tokens_per_second", rate);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.builder().build().writeValueAsString(result));
        } else {
            out.printf(Locale.ROOT, "loss %.4f -> %.4f nats per learned token, on %d examples of %s%n", before, after,
                    prepared.measured.size(), options.validation == null ? options.data : options.validation);
            out.printf(Locale.ROOT, "%s: %s%n", options.out, options.lora() == null ? "model" : options.merge()
                    ? "model with the adapter added in" : "LoRA adapter for " + options.model);
        }
        out.flush();
    }
}
