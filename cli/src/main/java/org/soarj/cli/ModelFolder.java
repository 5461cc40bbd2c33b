package org.soarj.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.checkpoint.Precision;
import org.soarj.transformer.infer.GenerationConfig;
import org.soarj.transformer.lora.AdapterFiles;
import org.soarj.transformer.tokenizer.Tokenizer;
import picocli.CommandLine.Option;

/**
 * The options that name a model folder, or an adapter over one, and what is in them; mixed into every command that uses a
 * checkpoint. An adapter's own folder is enough where its settings say which folder holds the base model.
 */
final class ModelFolder {
    private static final String CONFIG = "config.json";
    private static final String TOKENIZER = "tokenizer.json";

    @Option(names = "--model", required = true, paramLabel = "DIR",
            description = "Model folder in Hugging Face's layout (config.json, model.safetensors, tokenizer.json), or a folder of a "
                    + "LoRA adapter in PEFT's format whose adapter_config.json names a folder as its base model.")
    private Path directory;

    @Option(names = "--adapter", paramLabel = "DIR",
            description = "LoRA adapter in PEFT's format over --model, whatever base model its adapter_config.json names.")
    private Path adapter;

    /** The folder given as the model. */
    Path directory() {
        return directory;
    }

    /** The adapter's folder, or null. */
    Path adapter() {
        return adapter != null ? adapter : isAdapterAlone(directory) ? directory : null;
    }

    /** The folder of the weights that an adapter, if there is one, is added to. */
    Path base() {
        return adapter != null || !isAdapterAlone(directory) ? directory : named(directory);
    }

    /** The folder of the tokenizer and the chat template: the adapter's where it brings its own. */
    Path text() {
        Path own = adapter();
        return own != null && Files.isRegularFile(own.resolve(TOKENIZER)) ? own : base();
    }

    private static boolean isAdapterAlone(Path folder) {
        return AdapterFiles.isAdapter(folder) && !Files.exists(folder.resolve(CONFIG));
    }

    /** The folder that an adapter names as its base model, as it is seen from here or from the adapter. */
    private static Path named(Path adapter) {
        try {
            String name = AdapterFiles.baseName(adapter);
            for (Path folder : List.of(Path.of(name), adapter.resolve(name))) {
                if (!name.isEmpty() && Files.isRegularFile(folder.resolve(CONFIG))) {
                    return folder;
                }
            }
            throw new IllegalArgumentException(adapter + ": is an adapter whose base model is \"" + name + "\", and no "
                    + "folder of that name holds a model; give the base model's with --model, and this one with --adapter");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its weights, those of 16 bits as they are stored. */
    Llama llama() {
        return llama(Precision.STORED);
    }

    /** Its weights, those of the base model held as {@code precision} says. */
    Llama llama(Precision precision) {
        try {
            Llama base = Checkpoint.load(base(), precision);
            return adapter() == null ? base : AdapterFiles.load(adapter(), base);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its tokenizer alone. */
    Tokenizer tokenizer() {
        return Tokenizer.load(text());
    }

    /** Its tokenizer, for ids that {@code llama} reads and writes; a word on {@code err} when that knows more of them. */
    Tokenizer tokenizer(Llama llama, PrintWriter err) {
        Tokenizer tokenizer = tokenizer();
        int vocabulary = llama.config().vocabSize();
        int tokens = tokenizer.vocabularySize();
        if (tokens > vocabulary) {
            throw new IllegalArgumentException(text().resolve(TOKENIZER) + ": has " + tokens
                    + " tokens, the embedding has only " + vocabulary + " rows (\"vocab_size\" of config.json); do they belong "
                    + "together?");
        }
        if (tokens < vocabulary) {
            err.println("soar: " + text().resolve(TOKENIZER) + " has " + tokens + " tokens, the embedding " + vocabulary
                    + " rows; the ids above are without text");
        }
        return tokenizer;
    }

    /** What it says about generating. */
    GenerationConfig generation(Llama llama) {
        try {
            return GenerationConfig.read(base(), llama.config());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
