package org.soarj.transformer.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Byte pair encoding (Sennrich, Haddow, Birch 2016, algorithm 1): a word's characters, merged pair by pair in the order
 * in which training found the merges.
 *
 * @param vocabulary ids of the model's own tokens, without those that were added later
 * @param prefix what every character but a word's first has in front in the vocabulary; may be empty
 * @param suffix what a word's last character has behind it in the vocabulary; may be empty
 * @param byteFallback whether an unknown character is written as {@code <0xE2>} and the like
 * @param unknown the token for an unknown character; without one it is left out
 * @param fuseUnknown whether unknown characters in a row make one token
 * @param ignoreMerges whether a word that is in the vocabulary is one token, whatever the merges say
 */
record Bpe(
        Map<String, Integer> vocabulary,
        MergeTable merges,
        String prefix,
        String suffix,
        boolean byteFallback,
        Optional<String> unknown,
        boolean fuseUnknown,
        boolean ignoreMerges) {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    static Bpe read(Json json) {
        String type = json.optional("type").map(Json::text).orElse("BPE");
        if (!type.equals("BPE")) {
            throw json.error("model \"" + type + "\" is not supported; only BPE is");
        }
        json.allow(
                "type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk",
                "byte_fallback", "ignore_merges", "vocab", "merges");
        json.optional("dropout").filter(dropout -> dropout.node().asDouble(1) != 0).ifPresent(dropout -> {
            throw dropout.error("dropout makes encoding random and is not supported; set it to null");
        });
        Map<String, Integer> vocabulary = vocabulary(json.field("vocab"));
        String prefix = json.optional("continuing_subword_prefix").map(Json::text).orElse("");
        return new Bpe(
                vocabulary,
                MergeTable.read(json.field("merges"), vocabulary, prefix.length()),
                prefix,
                json.optional("end_of_word_suffix").map(Json::text).orElse(""),
                json.flag("byte_fallback", false),
                json.optional("unk_token").map(Json::text),
                json.flag("fuse_unk", false),
                json.flag("ignore_merges", false));
    }

    private static Map<String, Integer> vocabulary(Json json) {
        Map<String, Integer> vocabulary = new HashMap<>();
        Map<Integer, String> tokens = new HashMap<>();
        json.entries().forEach((token, id) -> {
            String other = tokens.putIfAbsent(id.count(), token);
            if (other != null) {
                throw id.error("id " + id.count() + " is also that of \"" + other + "\"");
            }
            vocabulary.put(token, id.count());
        });
        return vocabulary;
    }

    /**
     * The ids of one word.
     *
     * @throws TokenizerException when the word has an unknown character and the token for those is itself unknown
     */
    int[] encode(String text) {
        if (ignoreMerges && vocabulary.containsKey(text)) {
            return new int[] {vocabulary.get(text)};
        }
        return spell(text).merge(merges);
    }

    /** The word by characters. */
    Word spell(String text) {
        Word word = new Word();
        boolean pending = false;
        for (int at = 0, end; at < text.length(); at = end) {
            end = text.offsetByCodePoints(at, 1);
            String character =
                    (at == 0 ? "" : prefix) + text.substring(at, end) + (end == text.length() ? suffix : "");
            Integer id = vocabulary.get(character);
            if (id != null) {
                if (pending) {
                    word.add(unknownId(text));
                }
                pending = false;
                word.add(id);
            } else if (!(byteFallback && spellBytes(character, word)) && unknown.isPresent()) {
                // As in Hugging Face, bytes overtake an unknown token that waits to be fused.
                if (pending && !fuseUnknown) {
                    word.add(unknownId(text));
                }
                pending = true;
            }
        }
        if (pending) {
            word.add(unknownId(text));
        }
        return word;
    }

    /** Adds a character as bytes, all or none: false when the vocabulary lacks one. */
    private boolean spellBytes(String character, Word word) {
        byte[] bytes = character.getBytes(StandardCharsets.UTF_8);
        int[] ids = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            Integer id = vocabulary.get("<0x" + HEX.toHexDigits(bytes[i]) + ">");
            if (id == null) {
                return false;
            }
            ids[i] = id;
        }
        for (int id : ids) {
            word.add(id);
        }
        return true;
    }

    private int unknownId(String text) {
        Integer id = vocabulary.get(unknown.orElseThrow());
        if (id == null) {
            throw new TokenizerException("encode: \"" + text + "\" has a character that is not in the vocabulary;"
                    + " nor is the model's unk_token \"" + unknown.orElseThrow() + "\"");
        }
        return id;
    }
}
