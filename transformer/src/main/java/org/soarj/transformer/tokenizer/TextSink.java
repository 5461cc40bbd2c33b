package org.soarj.transformer.tokenizer;

/** Receives text as a decoder makes it: tokens in order, each in any number of fragments. */
interface TextSink {
    void text(String fragment);

    void endOfToken();

    void endOfText();

    /** Gathers the fragments of a token, for those that must see it whole. */
    abstract class WholeTokens implements TextSink {
        private final StringBuilder token = new StringBuilder();

        abstract void token(String token);

        @Override
        public final void text(String fragment) {
            token.append(fragment);
        }

        @Override
        public final void endOfToken() {
            String whole = token.toString();
            token.setLength(0);
            token(whole);
        }
    }
}
