package org.soarj.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.checkpoint.Precision;
import org.soarj.transformer.checkpoint.SaveOptions;
import org.soarj.transformer.lora.AdapterFiles;
import org.soarj.transformer.lora.Lora;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code soar merge}: a model and a LoRA adapter become a plain model. */
@Command(name = "merge", mixinStandardHelpOptions = true,
        description = "Add a LoRA adapter in PEFT's format to its base model and write a plain model.")
final class MergeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Compute compute;

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "The base model.")
    private Path model;

    @Option(names = "--adapter", required = true, paramLabel = "DIR", description = "The adapter's folder.")
    private Path adapter;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "New folder for the model.")
    private Path out;

    @Mixin
    private Saving saving;

    @Override
    public void run() {
        try (Backend backend = compute.open()) {
            NewFolder.require(out);
            Llama base = Checkpoint.load(model, Precision.STORED);
            SaveOptions options = saving.options(base.embedding().value().dtype(), model);
            Llama merged = Lora.merge(backend, AdapterFiles.load(adapter, base));
            Checkpoint.save(out, merged, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        spec.commandLine().getOut().println(out);
        spec.commandLine().getOut().flush();
    }
}
