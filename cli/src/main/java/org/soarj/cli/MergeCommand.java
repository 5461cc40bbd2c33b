package org.soarj.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.checkpoint.SaveOptions;
import org.soarj.transformer.lora.Lora;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code soar merge}: a model and a LoRA adapter become a plain model. */
@Command(name = "merge", mixinStandardHelpOptions = true,
        description = "Add a LoRA adapter in PEFT's format to its base model and write a plain model.")
final class MergeCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Compute compute;

    @Mixin
    private ModelFolder model;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "New folder for the model.")
    private Path out;

    @Mixin
    private Saving saving;

    @Override
    public void run() {
        try (Backend backend = compute.open()) {
            NewFolder.require(out);
            if (model.adapter() == null) {
                throw new ParameterException(spec.commandLine(), "there is no adapter to merge: " + model.directory()
                        + " is not the folder of one; name it with --adapter");
            }
            Llama adapted = model.llama();
            SaveOptions options = saving.options(adapted.embedding().value().dtype(), model.base());
            Checkpoint.save(out, Lora.merge(backend, adapted), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        spec.commandLine().getOut().println(out);
        spec.commandLine().getOut().flush();
    }
}
