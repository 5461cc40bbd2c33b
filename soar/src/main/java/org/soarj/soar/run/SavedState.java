package org.soarj.soar.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.soarj.soar.PromotionQuestions;
import org.soarj.soar.SoarState;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;

/**
 * A {@link SoarState} without its weights, as a JSON file of a checkpoint.
 *
 * @param step outer steps done
 * @param window step-mean gains that still count; doubles survive the file bit for bit
 * @param promotionQuestions D_best
 * @param marks lengths of the run's logs at this step, see {@link RunDirectory#marks()}
 */
public record SavedState(int step, List<Double> window, PromotionQuestions promotionQuestions, Map<String, Long> marks) {
    public SavedState {
        window = List.copyOf(window);
        marks = Map.copyOf(marks);
    }

    public static SavedState of(SoarState<?> state, Map<String, Long> marks) {
        return new SavedState(state.step(), state.window(), state.promotionQuestions(), marks);
    }

    /** The state to continue from, with the baseline weights that the same checkpoint holds. */
    public <W> SoarState<W> with(W baseline) {
        return new SoarState<>(step, baseline, window, promotionQuestions);
    }

    public void write(Path file) throws IOException {
        AtomicFile.write(file, Json.mapper()
                .writer()
                .with(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsBytes(this));
    }

    /** @throws IOException when the file is missing or is not a saved state */
    public static SavedState read(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        try {
            return Json.mapper().readValue(content, SavedState.class);
        } catch (JacksonException malformed) {
            throw new IOException(file + ": not the state of a SOAR run: " + malformed.getOriginalMessage(), malformed);
        }
    }
}
