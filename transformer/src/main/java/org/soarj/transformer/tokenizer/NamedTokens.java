package org.soarj.transformer.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The ids of the tokens that tokenizer_config.json gives a part to play. */
record NamedTokens(OptionalInt begin, OptionalInt end, OptionalInt unknown, OptionalInt padding) {
    /** Reads tokenizer_config.json; without one no token has a part. What else it says is not for this package. */
    static NamedTokens read(Path file, Vocabulary vocabulary) {
        if (Files.notExists(file)) {
            return new NamedTokens(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
        }
        Json json = Json.read(file);
        return new NamedTokens(
                id(json, "bos_token", vocabulary),
                id(json, "eos_token", vocabulary),
                id(json, "unk_token", vocabulary),
                id(json, "pad_token", vocabulary));
    }

    /** A token is given as a string, or as an object with its content. */
    private static OptionalInt id(Json json, String field, Vocabulary vocabulary) {
        if (json.optional(field).isEmpty()) {
            return OptionalInt.empty();
        }
        Json value = json.field(field);
        String token = value.node().isObject() ? value.field("content").text() : value.text();
        Integer id = vocabulary.id(token);
        if (id == null) {
            throw value.error("\"" + token + "\" is not in the vocabulary of tokenizer.json");
        }
        return OptionalInt.of(id);
    }
}
