package org.soarj.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.soarj.transformer.tokenizer.StreamDecoder;
import org.soarj.transformer.tokenizer.Tokenizer;
import org.soarj.transformer.tokenizer.TokenizerException;

/** Tokens as text, by the tokenizer that lies in a run directory; as their ids where there is none that can be read. */
final class TokenTexts {
    private static final String TOKENIZER = "tokenizer.json";

    private final Optional<Tokenizer> tokenizer;

    private TokenTexts(Optional<Tokenizer> tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** By the tokenizer of the run's base model, or else of its last checkpoint, or that of a SOAR run behind it. */
    static TokenTexts of(Run run) throws IOException {
        List<Path> models = new ArrayList<>(List.of(run.files().folder().resolve("base")));
        addCheckpoints(models, run.files().folder());
        for (Path soar : run.soarRuns()) {
            addCheckpoints(models, soar);
        }
        Optional<Path> model = models.stream().filter(path -> Files.isRegularFile(path.resolve(TOKENIZER))).findFirst();
        return new TokenTexts(model.flatMap(TokenTexts::load));
    }

    private static void addCheckpoints(List<Path> models, Path folder) throws IOException {
        Path checkpoints = folder.resolve("checkpoints");
        if (Files.isDirectory(checkpoints)) {
            try (Stream<Path> steps = Files.list(checkpoints)) {
                steps.sorted(Comparator.reverseOrder())
                        .forEach(step -> models.addAll(List.of(step, step.resolve("teacher"), step.resolve("student"))));
            }
        }
    }

    boolean known() {
        return tokenizer.isPresent();
    }

    /** A text for each id, joined the text of all; half a character stands with its other half. */
    List<String> each(int[] ids) {
        if (tokenizer.isEmpty()) {
            return Arrays.stream(ids).mapToObj(id -> id + " ").toList();
        }
        StreamDecoder decoder = tokenizer.get().stream(false);
        List<String> texts = new ArrayList<>(Arrays.stream(ids).mapToObj(decoder::accept).toList());
        String rest = decoder.finish();
        if (!rest.isEmpty() && !texts.isEmpty()) {
            texts.set(texts.size() - 1, texts.getLast() + rest);
        }
        return texts;
    }

    String all(int[] ids) {
        return tokenizer.map(known -> known.decode(ids, false))
                .orElseGet(() -> Arrays.stream(ids).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
    }

    private static Optional<Tokenizer> load(Path model) {
        try {
            return Optional.of(Tokenizer.load(model));
        } catch (TokenizerException unreadable) {
            return Optional.empty();
        }
    }
}
