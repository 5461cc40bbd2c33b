package org.soarj.transformer.tokenizer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.soarj.transformer.tokenizer.TokenFinder.Segment;

/** The tokens that stand beside the model's vocabulary, and the cutting of a text at them. */
final class AddedTokens {
    private final List<AddedToken> tokens;
    private final Normalizer normalizer;
    private final TokenFinder inText = new TokenFinder();
    private final TokenFinder inNormalized = new TokenFinder();

    AddedTokens(List<AddedToken> tokens, Normalizer normalizer) {
        this.tokens = List.copyOf(tokens);
        this.normalizer = normalizer;
        // Special tokens first, to have a spelling that two share; the newest Hugging Face leaves that to chance.
        tokens.stream().filter(AddedToken::special).forEach(this::add);
        tokens.stream().filter(token -> !token.special()).forEach(this::add);
    }

    private void add(AddedToken token) {
        if (token.normalized()) {
            inNormalized.add(normalizer.normalize(new Piece(token.content(), true)).text(), token);
        } else {
            inText.add(token.content(), token);
        }
    }

    /**
     * Reads the list, and refuses an id other than the one that Hugging Face's library gives on loading: the model's
     * own for a token of its vocabulary, else the next free one. (The library itself goes on with its own id.)
     */
    static AddedTokens read(Json list, Map<String, Integer> vocabulary, Normalizer normalizer) {
        List<AddedToken> tokens = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int highest = -1;
        for (Json item : list.items()) {
            AddedToken token = AddedToken.read(item);
            int next = Math.max(highest + 1, vocabulary.size());
            int expected = vocabulary.getOrDefault(token.content(), next);
            if (!seen.add(token.content())) {
                throw item.field("content").error("\"" + token.content() + "\" is listed twice");
            }
            if (token.id() != expected) {
                throw item.field("id").error("\"" + token.content() + "\" has id " + token.id() + ", must be "
                        + expected + ", its id in the vocabulary or else the next free one");
            }
            highest = Math.max(highest, token.id());
            tokens.add(token);
        }
        return new AddedTokens(tokens, normalizer);
    }

    List<AddedToken> tokens() {
        return tokens;
    }

    /** The added tokens in a text, and the normalised text between them. */
    List<Segment> split(String text) {
        List<Segment> segments = new ArrayList<>();
        for (Segment segment : inText.split(new Piece(text, true))) {
            switch (segment) {
                case Segment.Token token -> segments.add(token);
                case Segment.Text(Piece piece) -> segments.addAll(inNormalized.split(normalizer.normalize(piece)));
            }
        }
        return segments;
    }
}
