package org.soarj.transformer.tokenizer;

/**
 * A token that is found in the text before the model sees it.
 *
 * @param singleWord whether it counts only between characters that are not part of a word
 * @param leftStrip whether it takes the white space before it along
 * @param rightStrip whether it takes the white space behind it along
 * @param normalized whether it is sought in the normalised text
 * @param special whether decoding may skip it
 */
record AddedToken(
        int id,
        String content,
        boolean singleWord,
        boolean leftStrip,
        boolean rightStrip,
        boolean normalized,
        boolean special) {
    static AddedToken read(Json json) {
        json.allow("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");
        AddedToken token = new AddedToken(
                json.field("id").count(),
                json.field("content").text(),
                json.field("single_word").flag(),
                json.field("lstrip").flag(),
                json.field("rstrip").flag(),
                json.field("normalized").flag(),
                json.field("special").flag());
        if (token.content.isEmpty()) {
            throw json.field("content").error("an added token must not be empty");
        }
        return token;
    }
}
