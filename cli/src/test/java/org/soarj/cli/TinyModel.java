package org.soarj.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.soarj.soar.world.LabelledChainSettings;
import org.soarj.soar.world.LabelledChainWorld;
import org.soarj.tensor.Rng;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.checkpoint.Checkpoint;
import org.soarj.transformer.tokenizer.CharacterTokenizer;
import org.soarj.transformer.tokenizer.Tokenizer;

/** A model of one block that reads the chains of the demo's world, and sums of one digit as texts to train it on. */
final class TinyModel {
    private TinyModel() {}

    static String alphabet() {
        return new LabelledChainWorld(LabelledChainSettings.DEFAULT).alphabet();
    }

    static Path model(Path directory) throws IOException {
        CharacterTokenizer.write(directory, alphabet(), "<s>", "</s>", "<pad>");
        int size = Tokenizer.load(directory).vocabularySize();
        Checkpoint.save(directory, Llama.initialise(LlamaConfig.tiny(size, 16, 24, 1, 2, 32, 0, 1), Rng.of(1)));
        return directory;
    }

    static Path sums(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            lines.add("{\"prompt\": \"" + i + "a1=\", \"completion\": \"" + (i + 1) + "\"}");
        }
        return Files.write(file, lines);
    }
}
