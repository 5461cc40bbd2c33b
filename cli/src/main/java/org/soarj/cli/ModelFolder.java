package org.soarj.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.soarj.transformer.Llama;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.checkpoint.Precision;
import org.soarj.transformer.infer.GenerationConfig;
import org.soarj.transformer.tokenizer.Tokenizer;
import picocli.CommandLine.Option;

/** The option that names a model folder, and what is in it; mixed into every command that uses a checkpoint. */
final class ModelFolder {
    @Option(names = "--model", required = true, paramLabel = "DIR",
            description = "Model folder in Hugging Face's layout: config.json, model.safetensors, tokenizer.json.")
    private Path directory;

    Path directory() {
        return directory;
    }

    /** Its weights, those of 16 bits as they are stored. */
    Llama llama() {
        try {
            return Checkpoint.load(directory, Precision.STORED);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its tokenizer alone. */
    Tokenizer tokenizer() {
        return Tokenizer.load(directory);
    }

    /** Its tokenizer, for ids that {@code llama} reads and writes; a word on {@code err} when that knows more of them. */
    Tokenizer tokenizer(Llama llama, PrintWriter err) {
        Tokenizer tokenizer = tokenizer();
        int vocabulary = llama.config().vocabSize();
        int tokens = tokenizer.vocabularySize();
        if (tokens > vocabulary) {
            throw new IllegalArgumentException(directory.resolve("tokenizer.json") + ": has " + tokens
                    + " tokens, the embedding has only " + vocabulary + " rows (\"vocab_size\" of config.json); do they belong "
                    + "together?");
        }
        if (tokens < vocabulary) {
            err.println("soar: " + directory.resolve("tokenizer.json") + " has " + tokens + " tokens, the embedding " + vocabulary
                    + " rows; the ids above are without text");
        }
        return tokenizer;
    }

    /** What it says about generating. */
    GenerationConfig generation(Llama llama) {
        try {
            return GenerationConfig.read(directory, llama.config());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
