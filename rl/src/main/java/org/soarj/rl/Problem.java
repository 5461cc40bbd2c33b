package org.soarj.rl;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A question with its checkable answer.
 *
 * @param id unique within a data set; appears in logs
 * @param question what the policy is shown
 * @param answer the gold answer, LaTeX or plain text, not boxed
 * @param tags what else is known, by name: {@code level}, {@code subject}, {@code year}; sorted, may be empty
 */
public record Problem(String id, String question, String answer, Map<String, String> tags) {
    /** @throws IllegalArgumentException when the id, the question or the answer is blank */
    public Problem {
        requireText("id", id, id);
        requireText("question", question, id);
        requireText("answer", answer, id);
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    }

    /** A problem of which nothing else is known. */
    public Problem(String id, String question, String answer) {
        this(id, question, answer, Map.of());
    }

    private static void requireText(String field, String text, String id) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("problem " + id + ": the " + field + " is blank; give it some text");
        }
    }
}
