package org.soarj.transformer.tokenizer;

/**
 * A stretch of text on its way to the model.
 *
 * @param atStart whether it begins where the whole text begins, which {@code Metaspace} with scheme "first" asks
 */
record Piece(String text, boolean atStart) {
    Piece withText(String other) {
        return new Piece(other, atStart);
    }
}
