package org.soarj.soar;

import java.util.List;

/**
 * Accepted teacher outputs, and what it took to get them.
 *
 * @param documents the accepted outputs, in the order they were drawn
 * @param attempts outputs drawn, accepted or not
 * @param wellFormed those among them that had the right shape, whether or not their answer could be read
 */
public record Proposals(List<TeacherDocument> documents, int attempts, int wellFormed) {

    /** @throws IllegalArgumentException unless accepted ≤ well formed ≤ attempts */
    public Proposals {
        documents = List.copyOf(documents);
        if (documents.size() > wellFormed || wellFormed > attempts) {
            throw new IllegalArgumentException("proposals: " + documents.size() + " accepted, " + wellFormed
                    + " well formed, " + attempts + " attempts; each must be at most the next");
        }
    }

    /** Accepted over drawn; 1 when nothing was drawn. */
    public double acceptRate() {
        return attempts == 0 ? 1 : (double) documents.size() / attempts;
    }

    /** Well formed over drawn; 1 when nothing was drawn. */
    public double wellFormedShare() {
        return attempts == 0 ? 1 : (double) wellFormed / attempts;
    }
}
