package org.soarj.transformer.tokenizer;

/**
 * Decodes ids one by one, for a text that is shown while it is generated. Half a character is held back until its other
 * half is there, and so is whatever else later ids could change: all that {@link #accept} and {@link #finish} gave,
 * joined, is what {@link Tokenizer#decode} gives. For one text and one thread.
 */
public final class StreamDecoder {
    private final Vocabulary vocabulary;
    private final boolean skipSpecialTokens;
    private final StringBuilder ready = new StringBuilder();
    private final TextSink sink;
    private boolean finished;

    StreamDecoder(Vocabulary vocabulary, Decoder decoder, boolean skipSpecialTokens) {
        this.vocabulary = vocabulary;
        this.skipSpecialTokens = skipSpecialTokens;
        this.sink = decoder.into(new TextSink() {
            @Override
            public void text(String fragment) {
                ready.append(fragment);
            }

            @Override
            public void endOfToken() {}

            @Override
            public void endOfText() {}
        });
    }

    /**
     * The text that this id makes certain; often none.
     *
     * @throws IllegalStateException after {@link #finish}
     */
    public String accept(int id) {
        requireUnfinished("accept");
        String token = vocabulary.token(id);
        if (token != null && !(skipSpecialTokens && vocabulary.isSpecial(token))) {
            sink.text(token);
            sink.endOfToken();
        }
        return takeReady();
    }

    /**
     * The rest: U+FFFD where a character was left incomplete.
     *
     * @throws IllegalStateException when called twice
     */
    public String finish() {
        requireUnfinished("finish");
        finished = true;
        sink.endOfText();
        return takeReady();
    }

    private String takeReady() {
        String text = ready.toString();
        ready.setLength(0);
        return text;
    }

    private void requireUnfinished(String call) {
        if (finished) {
            throw new IllegalStateException(call + ": this stream is finished; ask Tokenizer.stream for another");
        }
    }
}
