package org.soarj.transformer.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** All tokens, the model's and the added ones, by name and by id. */
final class Vocabulary {
    private final Map<String, Integer> ids;
    private final Map<Integer, String> tokens = new HashMap<>();
    private final Set<String> special;

    Vocabulary(Map<String, Integer> model, List<AddedToken> added) {
        ids = new HashMap<>(model);
        added.forEach(token -> ids.put(token.content(), token.id()));
        ids.forEach((token, id) -> tokens.put(id, token));
        special = added.stream().filter(AddedToken::special).map(AddedToken::content).collect(Collectors.toSet());
    }

    int size() {
        return ids.size();
    }

    /** The id of a token, or null. */
    Integer id(String token) {
        return ids.get(token);
    }

    /** The token of an id, or null. */
    String token(int id) {
        return tokens.get(id);
    }

    boolean isSpecial(String token) {
        return special.contains(token);
    }
}
