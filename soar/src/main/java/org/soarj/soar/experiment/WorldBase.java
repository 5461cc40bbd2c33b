package org.soarj.soar.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.soarj.autograd.optim.AdamW;
import org.soarj.rl.Problem;
import org.soarj.soar.world.World;
import org.soarj.soar.world.WorldTask;
import org.soarj.tensor.Rng;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LlamaConfig;
import org.soarj.transformer.tokenizer.CharacterTokenizer;
import org.soarj.transformer.tokenizer.Tokenizer;

/**
 * A base model for a world: its tokenizer, its pretraining, and problems to try it on. The demo and {@code soar pretrain} make
 * the same one from the same seed.
 *
 * @param rng the root; each use takes a split of its own
 */
public record WorldBase(World world, Tokenizer tokenizer, Rng rng) {

    /** Writes the world's tokenizer into a folder, which is made if need be, and reads it. */
    public static WorldBase in(Path directory, World world, Rng rng) throws IOException {
        Files.createDirectories(directory);
        writeTokenizer(directory, world);
        return new WorldBase(world, Tokenizer.load(directory), rng);
    }

    /** One token for each character of the world's alphabet. */
    static void writeTokenizer(Path directory, World world) {
        CharacterTokenizer.write(directory, world.alphabet(), "<s>", "</s>", "<pad>");
    }

    /** The world as a task. */
    public WorldTask task() {
        return new WorldTask(world, tokenizer);
    }

    /** A model that was trained on the world's documents, from nothing. */
    public Llama pretrained(Backend backend, DemoSettings.Model sizes, Pretraining pretraining, Pretraining.Listener listener) {
        Llama llama = untrained(sizes);
        train(backend, llama, new AdamW(pretraining.optimiser(), llama.trainable()), pretraining, listener);
        return llama;
    }

    /** The model before its first step. */
    Llama untrained(DemoSettings.Model sizes) {
        LlamaConfig config = LlamaConfig.tiny(tokenizer.vocabularySize(), sizes.hiddenSize(), sizes.intermediateSize(),
                sizes.layers(), sizes.heads(), sizes.maxPositions(), tokenizer.bosId().orElseThrow(),
                tokenizer.eosId().orElseThrow());
        return Llama.initialise(config, rng.split("initialise"));
    }

    /** Trains it in place on the world's documents, from the steps that its optimiser has taken to the last. */
    void train(Backend backend, Llama llama, AdamW optimiser, Pretraining pretraining, Pretraining.Listener listener) {
        WorldTask task = task();
        pretraining.run(backend, llama, optimiser, random -> task.document(world.document(random)), rng.split("corpus"), listener);
    }

    /**
     * Different problems of the sizes from {@code easiest} to {@code hardest}, these in turn.
     *
     * @throws IllegalArgumentException when the world has no such sizes, or not so many different problems of them
     */
    public List<Problem> candidates(int count, int easiest, int hardest) {
        if (easiest < 1 || hardest < easiest || hardest > world.hardest()) {
            throw new IllegalArgumentException("problems: difficulties run from 1 to " + world.hardest() + ", got " + easiest
                    + " to " + hardest);
        }
        List<Problem> candidates = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int sizes = hardest - easiest + 1;
        long patience = 100L * count + 1000;
        for (int i = 0; candidates.size() < count; i++) {
            if (i == patience) {
                throw new IllegalArgumentException("problems: " + count + " different ones of the difficulties " + easiest + " to "
                        + hardest + " were asked for, only " + candidates.size() + " were found; ask for fewer or harder ones");
            }
            Problem problem = world.problem(easiest + i % sizes, rng.split("candidate", i));
            if (seen.add(problem.question())) {
                candidates.add(problem);
            }
        }
        return candidates;
    }

    /** {@code count} problems of every difficulty, which may repeat one another. */
    public List<Problem> ofEverySize(int count) {
        List<Problem> problems = new ArrayList<>();
        for (int size = 1; size <= world.hardest(); size++) {
            for (int i = 0; i < count; i++) {
                problems.add(world.problem(size, rng.split("accuracy problem", size, i)));
            }
        }
        return problems;
    }
}
