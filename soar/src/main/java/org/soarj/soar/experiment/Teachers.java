package org.soarj.soar.experiment;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.soarj.rl.Problem;
import org.soarj.transformer.Llama;

/** Makes the teachers that stand behind arms. */
@FunctionalInterface
public interface Teachers {
    /**
     * The teacher of this kind and number, trained now or found where it was trained before.
     *
     * @param kind not {@link Arm.TeacherKind#NONE}
     * @param number from 1; another number is another seed
     */
    Trained teacher(Arm.TeacherKind kind, int number) throws IOException;

    /** The weights that a promotion left behind. */
    @FunctionalInterface
    interface Weights {
        Llama load() throws IOException;
    }

    /**
     * A teacher and what came of its training.
     *
     * @param model its weights at the end
     * @param promoted students in the order of their promotions, loaded when asked for
     * @param promotionQuestions D_best
     * @param lines what metrics.jsonl says of its training, a line an outer step
     */
    record Trained(Llama model, List<Weights> promoted, List<Problem> promotionQuestions, List<Map<String, Object>> lines) {
        /** A model that nobody trained. */
        public static Trained untrained(Llama base) {
            return new Trained(base, List.of(), List.of(), List.of());
        }
    }
}
