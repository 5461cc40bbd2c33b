package org.soarj.transformer.tokenizer;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.soarj.transformer.tokenizer.TokenFinder.Segment;

/**
 * A byte-pair-encoding tokenizer, as the tokenizer.json of a Hugging Face checkpoint describes it; token for token what
 * their {@code tokenizers} library gives. Immutable, and safe to share between threads.
 */
public final class Tokenizer {
    private final AddedTokens addedTokens;
    private final PreTokenizer preTokenizer;
    private final Bpe model;
    private final PostProcessor postProcessor;
    private final Decoder decoder;
    private final Vocabulary vocabulary;
    private final NamedTokens named;

    private Tokenizer(Path file, Path config) {
        Json json = Json.read(file);
        json.allow(
                "version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor",
                "decoder", "model");
        if (!json.field("version").text().equals("1.0")) {
            throw json.field("version").error("must be \"1.0\", got \"" + json.field("version").text() + "\"");
        }
        for (String field : List.of("truncation", "padding")) {
            json.optional(field).ifPresent(value -> {
                throw value.error("is not supported; set it to null");
            });
        }
        model = Bpe.read(json.field("model"));
        Normalizer normalizer =
                json.optional("normalizer").map(Normalizer::read).orElse(new Normalizer.Sequence(List.of()));
        addedTokens = AddedTokens.read(json.field("added_tokens"), model.vocabulary(), normalizer);
        preTokenizer =
                json.optional("pre_tokenizer").map(PreTokenizer::read).orElse(new PreTokenizer.Sequence(List.of()));
        postProcessor =
                json.optional("post_processor").map(PostProcessor::read).orElse(new PostProcessor.Sequence(List.of()));
        decoder = json.optional("decoder").map(Decoder::read).orElse(new Decoder.Spaced());
        vocabulary = new Vocabulary(model.vocabulary(), addedTokens.tokens());
        named = NamedTokens.read(config, vocabulary);
    }

    /**
     * The tokenizer of a model folder: its tokenizer.json, and if there is one its tokenizer_config.json.
     *
     * @throws TokenizerException naming file and field, when a file is missing or malformed or asks for something that
     *     is not supported
     */
    public static Tokenizer load(Path modelDir) {
        return new Tokenizer(modelDir.resolve("tokenizer.json"), modelDir.resolve("tokenizer_config.json"));
    }

    /**
     * The ids of a text. Special tokens that stand in the text are recognised either way. A lone surrogate reads as
     * "?", as in Java's UTF-8. A character that the vocabulary cannot express is left out if the model has no unknown
     * token.
     *
     * @param addSpecialTokens whether to add what the file's template adds, such as the begin token in front
     * @throws TokenizerException when the text needs an unknown token that the vocabulary lacks
     */
    public int[] encode(String text, boolean addSpecialTokens) {
        IntStream.Builder ids = IntStream.builder();
        for (Segment segment : addedTokens.split(withoutLoneSurrogates(text))) {
            switch (segment) {
                case Segment.Token(int id) -> ids.add(id);
                case Segment.Text(Piece piece) -> {
                    for (Piece word : preTokenizer.split(piece)) {
                        IntStream.of(model.encode(word.text())).forEach(ids::add);
                    }
                }
            }
        }
        int[] plain = ids.build().toArray();
        return addSpecialTokens ? postProcessor.process(plain) : plain;
    }

    /**
     * The text of ids. Bytes that are no valid UTF-8 become U+FFFD; an id without a token is passed over.
     *
     * @param skipSpecialTokens whether special tokens leave no text
     */
    public String decode(int[] ids, boolean skipSpecialTokens) {
        StreamDecoder stream = stream(skipSpecialTokens);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(stream.accept(id));
        }
        return text.append(stream.finish()).toString();
    }

    /** A decoder for ids that come one by one. */
    public StreamDecoder stream(boolean skipSpecialTokens) {
        return new StreamDecoder(vocabulary, decoder, skipSpecialTokens);
    }

    /** The number of tokens, added ones included; a model's output may be wider, padded to a round number. */
    public int vocabularySize() {
        return vocabulary.size();
    }

    /** The id of a token as tokenizer.json spells it ({@code "Ġthe"}), or nothing. */
    public OptionalInt idOf(String token) {
        Integer id = vocabulary.id(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * The token of an id as tokenizer.json spells it.
     *
     * @throws IllegalArgumentException when no token has this id
     */
    public String tokenOf(int id) {
        String token = vocabulary.token(id);
        if (token == null) {
            throw new IllegalArgumentException(
                    "tokenOf: no token has id " + id + "; the vocabulary has " + vocabulary.size() + " tokens");
        }
        return token;
    }

    /** The token that begins a text, by tokenizer_config.json. */
    public OptionalInt bosId() {
        return named.begin();
    }

    /** The token that ends a text, by tokenizer_config.json; generation_config.json may know more of them. */
    public OptionalInt eosId() {
        return named.end();
    }

    /** The token for what the vocabulary cannot express, by tokenizer_config.json. */
    public OptionalInt unkId() {
        return named.unknown();
    }

    /** The token that fills a batch up, by tokenizer_config.json. */
    public OptionalInt padId() {
        return named.padding();
    }

    private static String withoutLoneSurrogates(String text) {
        if (text.codePoints().noneMatch(Tokenizer::isSurrogate)) {
            return text;
        }
        int[] codePoints = text.codePoints().map(codePoint -> isSurrogate(codePoint) ? '?' : codePoint).toArray();
        return new String(codePoints, 0, codePoints.length);
    }

    private static boolean isSurrogate(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
