package org.soarj.transformer.infer;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.soarj.transformer.tokenizer.StreamDecoder;
import org.soarj.transformer.tokenizer.Tokenizer;

/**
 * The text of a completion while it comes: never half a character, nothing of a stop string. A stop string ends the
 * completion, also when it spans several tokens or ends within one; the text before it is kept, the string itself is not
 * (as in vLLM), and the ids keep every token that was chosen.
 */
public final class TextStream implements TokenListener {
    private final StreamDecoder decoder;
    private final StopStrings stops;
    private final Consumer<String> output;
    private final StringBuilder text = new StringBuilder();

    /**
     * @param stops strings that end the text
     * @param output gets the text piece by piece
     */
    public TextStream(Tokenizer tokenizer, List<String> stops, Consumer<String> output) {
        this.decoder = tokenizer.stream(true);
        this.stops = new StopStrings(stops);
        this.output = output;
    }

    @Override
    public Optional<Completion.Finish> accept(int id) {
        give(stops.accept(decoder.accept(id)));
        return stops.found() ? Optional.of(Completion.Finish.STOP) : Optional.empty();
    }

    /** Gives what was held back; the whole text. */
    public String finish() {
        give(stops.accept(decoder.finish()));
        give(stops.finish());
        return text.toString();
    }

    private void give(String piece) {
        if (!piece.isEmpty()) {
            text.append(piece);
            output.accept(piece);
        }
    }
}
