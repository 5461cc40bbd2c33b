package org.soarj.soar;

import java.util.ArrayList;
import java.util.List;
import org.soarj.tensor.Rng;

/**
 * Draws teacher outputs until enough of them pass the filter (SOAR sec. 3.2 and App. B.2).
 *
 * <p>Rejected outputs earn nothing and leave no trace but a count. Each round draws exactly what is still missing, so no
 * accepted output is ever thrown away and the accepted ones follow the teacher's distribution given acceptance, as
 * Proposition 1 assumes.
 *
 * @param filter what counts as a question with an answer
 * @param attemptsPerDocument how many draws an accepted document may cost on average before the sampler gives up
 */
public record RejectionSampler(TeacherOutputFilter filter, int attemptsPerDocument) {
    public RejectionSampler {
        SoarSettings.atLeast(1, attemptsPerDocument, "attemptsPerDocument", "a document costs a draw at least");
    }

    /** Raw samples of the teacher. */
    @FunctionalInterface
    public interface Source {
        /** Exactly {@code count} independent completions. */
        List<Completion> sample(int count, Rng rng);
    }

    /**
     * {@code count} accepted outputs.
     *
     * @throws IllegalStateException when the budget of {@code attemptsPerDocument * count} draws is spent, quoting a
     *     rejected output
     */
    public Proposals sample(int count, Source source, Rng rng) {
        List<TeacherDocument> accepted = new ArrayList<>();
        long budget = (long) attemptsPerDocument * count;
        int attempts = 0;
        int wellFormed = 0;
        String rejected = "";
        for (int round = 0; accepted.size() < count; round++) {
            int draws = (int) Math.min(count - accepted.size(), budget - attempts);
            if (draws == 0) {
                throw new IllegalStateException("teacher: asked for " + count + " documents, got " + accepted.size()
                        + " in " + attempts + " attempts; is the prompt right for this model? Last rejected output: "
                        + excerpt(rejected));
            }
            List<Completion> completions = source.sample(draws, rng.split("round", round));
            if (completions.size() != draws) {
                throw new IllegalStateException(
                        "teacher: " + draws + " samples were asked for, got " + completions.size());
            }
            attempts += draws;
            for (Completion completion : completions) {
                wellFormed += filter.wellFormed(completion.text()) ? 1 : 0;
                int before = accepted.size();
                filter.parse(completion.text())
                        .map(problem -> new TeacherDocument(completion.text(), completion.tokens(), problem))
                        .ifPresent(accepted::add);
                rejected = accepted.size() == before ? completion.text() : rejected;
            }
        }
        return new Proposals(accepted, attempts, wellFormed);
    }

    private static String excerpt(String text) {
        String line = text.replace("\n", "\\n");
        return '"' + (line.length() <= 120 ? line : line.substring(0, 120) + "...") + '"';
    }
}
