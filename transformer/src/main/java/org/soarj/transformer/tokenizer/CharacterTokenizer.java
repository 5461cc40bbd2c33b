package org.soarj.transformer.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.soarj.tensor.io.AtomicFiles;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a tokenizer whose tokens are single characters, for models small enough to train from scratch. The files are
 * of Hugging Face's format (BPE without merges) and load there as here.
 */
public final class CharacterTokenizer {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private CharacterTokenizer() {}

    /**
     * Writes tokenizer.json and tokenizer_config.json, each whole or not at all. Ids: {@code bos} 0, {@code eos} 1,
     * {@code pad} 2, then the characters of the alphabet in order. Encoding with special tokens puts {@code bos} in
     * front; a character outside the alphabet is left out.
     *
     * @param dir made if it is not there
     * @param alphabet every character once; a character is a code point
     * @throws IllegalArgumentException when a character or a special token comes twice or a special token is empty
     */
    public static void write(Path dir, String alphabet, String bos, String eos, String pad) {
        List<String> special = List.of(bos, eos, pad);
        ObjectNode tokenizer = tokenizer(tokens(alphabet, special), special);
        ObjectNode config = config(bos, eos, pad);
        try {
            Files.createDirectories(dir);
            write(dir.resolve("tokenizer.json"), tokenizer);
            write(dir.resolve("tokenizer_config.json"), config);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(dir + ": tokenizer files cannot be written", unwritable);
        }
    }

    private static List<String> tokens(String alphabet, List<String> special) {
        List<String> tokens = new ArrayList<>(special);
        alphabet.codePoints().mapToObj(Character::toString).forEach(tokens::add);
        Set<String> seen = new LinkedHashSet<>();
        for (String token : tokens) {
            if (token.isEmpty()) {
                throw new IllegalArgumentException("character tokenizer: bos, eos and pad must not be empty");
            }
            if (!seen.add(token)) {
                throw new IllegalArgumentException(
                        "character tokenizer: \"" + token + "\" comes twice among special tokens and alphabet");
            }
        }
        return tokens;
    }

    private static ObjectNode tokenizer(List<String> tokens, List<String> special) {
        ObjectNode root = JSON.objectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        var added = root.putArray("added_tokens");
        for (int id = 0; id < special.size(); id++) {
            added.addObject().put("id", id).setAll(addedToken(special.get(id)));
        }
        root.putNull("normalizer").putNull("pre_tokenizer");
        root.set("post_processor", template(special.getFirst()));
        root.putObject("decoder").put("type", "Fuse");
        ObjectNode model = root.putObject("model");
        model.put("type", "BPE")
                .putNull("dropout")
                .putNull("unk_token")
                .putNull("continuing_subword_prefix")
                .putNull("end_of_word_suffix")
                .put("fuse_unk", false)
                .put("byte_fallback", false)
                .put("ignore_merges", false);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        model.putArray("merges");
        return root;
    }

    private static ObjectNode addedToken(String content) {
        return JSON.objectNode()
                .put("content", content)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }

    /** The begin token, which has id 0, in front of a text, and of each of two. */
    private static ObjectNode template(String bos) {
        ObjectNode template = JSON.objectNode().put("type", "TemplateProcessing");
        var single = template.putArray("single");
        single.add(piece("SpecialToken", bos, 0)).add(piece("Sequence", "A", 0));
        var pair = template.putArray("pair");
        pair.add(piece("SpecialToken", bos, 0)).add(piece("Sequence", "A", 0));
        pair.add(piece("SpecialToken", bos, 1)).add(piece("Sequence", "B", 1));
        ObjectNode token = template.putObject("special_tokens").putObject(bos);
        token.put("id", bos).putArray("ids").add(0);
        token.putArray("tokens").add(bos);
        return template;
    }

    private static ObjectNode piece(String kind, String id, int type) {
        ObjectNode piece = JSON.objectNode();
        piece.putObject(kind).put("id", id).put("type_id", type);
        return piece;
    }

    private static ObjectNode config(String bos, String eos, String pad) {
        ObjectNode config = JSON.objectNode();
        ObjectNode added = config.putObject("added_tokens_decoder");
        List<String> special = List.of(bos, eos, pad);
        for (int id = 0; id < special.size(); id++) {
            added.set(Integer.toString(id), addedToken(special.get(id)));
        }
        return config.put("bos_token", bos)
                .put("clean_up_tokenization_spaces", false)
                .put("eos_token", eos)
                .put("pad_token", pad)
                .put("tokenizer_class", "PreTrainedTokenizerFast");
    }

    private static void write(Path file, ObjectNode json) throws IOException {
        JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        byte[] content = mapper.writeValueAsBytes(json);
        AtomicFiles.write(file, out -> out.write(content));
    }
}
