package org.soarj.transformer.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is malformed or not supported is refused in one line that names the file and the field. */
class RefusedFilesTest {
    private static final String WELL_FORMED =
            """
            {"version": "1.0", "truncation": null, "padding": null,
             "added_tokens": [{"id": 3, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
                               "normalized": false, "special": true}],
             "normalizer": null, "pre_tokenizer": null, "post_processor": null, "decoder": null,
             "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}
            """;

    @TempDir
    private Path dir;

    @Test
    void theUnchangedFileLoads() {
        assertEquals(4, Fixtures.of(dir, WELL_FORMED).vocabularySize());
    }

    /** Found by fuzzing. */
    @Test
    void aLineBreakInTheFileIsNoneInTheComplaint() {
        String message = assertThrows(TokenizerException.class,
                () -> Fixtures.of(dir, WELL_FORMED.replace("\"decoder\"", "\"de\\n\\u001bcoder\""))).getMessage();
        assertEquals(1, message.lines().count(), message);
        assertEquals(-1, message.indexOf('\u001b'));
    }

    /** A pointer into the file, what is put there, and the complaint behind the file's name. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        version | "2.0" | version: must be "1.0", got "2.0"
        surprise | 1 | field "surprise" is not supported; known here: version, truncation, padding, added_tokens, normalizer, pre_tokenizer, post_processor, decoder, model
        truncation | {"max_length": 8} | truncation: is not supported; set it to null
        padding | {} | padding: is not supported; set it to null
        model | null | field "model" is missing
        model | 7 | model: must be an object, got 7
        model.type | "Unigram" | model: model "Unigram" is not supported; only BPE is
        model.dropout | 0.1 | model.dropout: dropout makes encoding random and is not supported; set it to null
        model.vocab.b | 0 | model.vocab.b: id 0 is also that of "a"
        model.vocab.b | -1 | model.vocab.b: must be a whole number from 0 to 2147483647, got -1
        model.vocab.b | 1.5 | model.vocab.b: must be a whole number from 0 to 2147483647, got 1.5
        model.vocab.b | 4294967296 | model.vocab.b: must be a whole number from 0 to 2147483647, got 4294967296
        model.merges | ["a b", "a c"] | model.merges[1]: "c" is not in the vocabulary
        model.merges | [["b", "a"]] | model.merges[0]: "ba" is not in the vocabulary
        model.merges | ["ab"] | model.merges[0]: a merge must be "a b" or ["a", "b"], got 1 parts
        model.merges | {} | model.merges: must be a list, got {}
        model.fuse_unk | "yes" | model.fuse_unk: must be true or false, got "yes"
        model.unk_token | 3 | model.unk_token: must be a string, got 3
        model.max_input | 3 | model: field "max_input" is not supported; known here: type, dropout, unk_token, continuing_subword_prefix, end_of_word_suffix, fuse_unk, byte_fallback, ignore_merges, vocab, merges
        added_tokens.0.id | 9 | added_tokens[0].id: "<s>" has id 9, must be 3, its id in the vocabulary or else the next free one
        added_tokens.0.content | "a" | added_tokens[0].id: "a" has id 3, must be 0, its id in the vocabulary or else the next free one
        added_tokens.0.content | "" | added_tokens[0].content: an added token must not be empty
        added_tokens.0.special | null | added_tokens[0]: field "special" is missing
        normalizer | {"type": "Precompiled"} | normalizer: normalizer "Precompiled" is not supported
        normalizer | {"type": "Sequence", "normalizers": [{"type": "BertNormalizer"}]} | normalizer.normalizers[0]: normalizer "BertNormalizer" is not supported
        normalizer | {"type": "Replace", "pattern": {"Glob": "*"}, "content": ""} | normalizer.pattern: must be {"String": …} or {"Regex": …}
        normalizer | {"type": "Replace", "pattern": {"Regex": "(a)"}, "content": "$1"} | normalizer.content: "$" with a Regex pattern is not supported
        pre_tokenizer | {"type": "BertPreTokenizer"} | pre_tokenizer: pre_tokenizer "BertPreTokenizer" is not supported
        pre_tokenizer | {"type": "Split", "pattern": {"Regex": "("}, "behavior": "Isolated", "invert": false} | pre_tokenizer.pattern.Regex: regex is not one that Java understands: Unclosed group
        pre_tokenizer | {"type": "Split", "pattern": {"Regex": "a\\\\w+"}, "behavior": "Isolated", "invert": false} | pre_tokenizer.pattern.Regex: regex construct "\\w" means something else in Java and is not supported; say it in other words
        pre_tokenizer | {"type": "Split", "pattern": {"String": " "}, "behavior": "Shuffled", "invert": false} | pre_tokenizer.behavior: behavior "Shuffled" is not supported
        pre_tokenizer | {"type": "Metaspace", "replacement": "__"} | pre_tokenizer.replacement: must be one character, got "__"
        pre_tokenizer | {"type": "Metaspace", "replacement": "_", "prepend_scheme": "last"} | pre_tokenizer.prepend_scheme: scheme "last" is not supported
        pre_tokenizer | {"type": "Metaspace", "replacement": "_", "add_prefix_space": false} | pre_tokenizer: add_prefix_space false contradicts prepend_scheme "always"
        post_processor | {"type": "BertProcessing"} | post_processor: post_processor "BertProcessing" is not supported
        post_processor | {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x", "type_id": 0}}], "pair": [], "special_tokens": {}} | post_processor.single[0].SpecialToken.id: "x" is not among the special_tokens
        post_processor | {"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {}} | post_processor.single: a template for a single text must have Sequence "A"
        decoder | {"type": "WordPiece"} | decoder: decoder "WordPiece" is not supported
        decoder | {"type": "Fuse", "glue": "-"} | decoder: field "glue" is not supported; known here: type
        """)
    void aChangedFileIsRefusedInOneLine(String pointer, String value, String complaint) {
        var mapper = new JsonMapper();
        ObjectNode root = (ObjectNode) mapper.readTree(WELL_FORMED);
        int dot = pointer.lastIndexOf('.');
        ObjectNode parent = dot < 0 ? root : (ObjectNode) root.at("/" + pointer.substring(0, dot).replace('.', '/'));
        parent.set(pointer.substring(dot + 1), mapper.readTree(value));
        var error = assertThrows(TokenizerException.class, () -> Fixtures.of(dir, root.toString()));
        assertEquals(dir.resolve("tokenizer.json") + ": " + complaint, error.getMessage());
    }

    @Test
    void aTokenListedTwiceIsRefused() {
        ObjectNode root = (ObjectNode) new JsonMapper().readTree(WELL_FORMED);
        root.withArray("added_tokens").add(root.get("added_tokens").get(0));
        var error = assertThrows(TokenizerException.class, () -> Fixtures.of(dir, root.toString()));
        assertEquals(
                dir.resolve("tokenizer.json") + ": added_tokens[1].content: \"<s>\" is listed twice",
                error.getMessage());
    }

    @Test
    void anEmptyFileIsRefused() {
        var error = assertThrows(TokenizerException.class, () -> Fixtures.of(dir, ""));
        assertEquals(dir.resolve("tokenizer.json") + ": must be an object, got nothing", error.getMessage());
    }

    @Test
    void aMissingFileIsNamed() {
        var error = assertThrows(TokenizerException.class, () -> Tokenizer.load(dir.resolve("nowhere")));
        assertEquals(
                dir.resolve("nowhere/tokenizer.json") + ": no such file; give a folder in Hugging Face layout",
                error.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"version": | 1
        `{"version": "1.0",\n "version": "1.0"}` | 2
        """)
    void whatIsNoJsonIsRefusedWithItsLine(String text, int line) {
        var error = assertThrows(TokenizerException.class, () -> Fixtures.of(dir, text));
        String start = dir.resolve("tokenizer.json") + ": not valid JSON at line " + line + ": ";
        assertEquals(start, error.getMessage().substring(0, Math.min(start.length(), error.getMessage().length())));
        assertEquals(1, error.getMessage().lines().count());
    }

    @Test
    void aConfigurationThatNamesAnUnknownTokenIsRefused() throws IOException {
        Files.writeString(dir.resolve("tokenizer_config.json"), "{\"eos_token\": {\"content\": \"<end>\"}}");
        var error = assertThrows(TokenizerException.class, () -> Fixtures.of(dir, WELL_FORMED));
        assertEquals(
                dir.resolve("tokenizer_config.json")
                        + ": eos_token: \"<end>\" is not in the vocabulary of tokenizer.json",
                error.getMessage());
    }

    @Test
    void aTokenGivenAsAnObjectIsRead() throws IOException {
        Files.writeString(dir.resolve("tokenizer_config.json"), "{\"eos_token\": {\"content\": \"<s>\"}}");
        assertEquals(3, Fixtures.of(dir, WELL_FORMED).eosId().orElseThrow());
    }
}
