package org.soarj.rl;

import java.util.Map;
import java.util.Objects;

/**
 * A question with the answer that counts as right.
 *
 * @param id names the problem within its data set
 * @param question the text that the policy is asked
 * @param answer the gold answer, as the verifier expects it
 * @param attributes anything else that is known, such as subject or level
 */
public record Problem(String id, String question, String answer, Map<String, String> attributes) {
    public Problem {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(answer, "answer");
        attributes = Map.copyOf(attributes);
    }
}
