package org.soarj.rl.verify;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * Judges a completion against the gold answer. Never throws, and never takes much longer than its deadline; safe to use
 * from several threads.
 */
public final class MathVerifier {
    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(5);

    private final AnswerEquivalence equivalence;
    private final Deadline deadline;

    /** A verifier with this sense of equality, which gets {@code limit} for each check. */
    public MathVerifier(AnswerEquivalence equivalence, Duration limit) {
        this.equivalence = equivalence;
        this.deadline = new Deadline(limit);
    }

    /** Equality by value, 5 s a check, as Math-Verify allows. */
    public static MathVerifier withDefaults() {
        return new MathVerifier(AnswerEquivalence.byValue(), DEFAULT_LIMIT);
    }

    /** The verdict on the last box of {@code completion}. */
    public Verdict verify(String gold, String completion) {
        return AnswerExtractor.lastBoxed(completion)
                .map(boxed -> judge(bare(gold), boxed))
                .orElseGet(Verdict.Unparseable::new);
    }

    /** The verdict on an answer that needs no box around it; where there is one, on its content. */
    public Verdict verifyAnswer(String gold, String answer) {
        String extracted = bare(answer);
        return extracted.isEmpty() ? new Verdict.Unparseable() : judge(bare(gold), extracted);
    }

    /**
     * A verdict, and how both answers were read: where one can be read in several ways, as in the comparison that held.
     *
     * @param goldValue empty where there is no such answer, or reading both took longer than the deadline
     * @param answerValue likewise
     */
    public record Explanation(Verdict verdict, Optional<Value> goldValue, Optional<Value> answerValue) {}

    /** {@link #verifyAnswer} with the values that were compared. */
    public Explanation explain(String gold, String answer) {
        String goldText = bare(gold);
        String answerText = bare(answer);
        Optional<List<Value>> compared;
        try {
            compared = deadline.run(() -> ValueEquality.compared(
                    ValueReader.readings(goldText), ValueReader.readings(answerText)));
        } catch (ExecutionException _) {
            compared = Optional.empty();
        }
        return new Explanation(verifyAnswer(gold, answer),
                compared.map(List::getFirst).filter(_ -> !goldText.isEmpty()),
                compared.map(List::getLast).filter(_ -> !answerText.isEmpty()));
    }

    private Verdict judge(String gold, String extracted) {
        boolean contained = !gold.isEmpty() && extracted.contains(gold);
        if (gold.equals(extracted)) {
            return new Verdict.Correct(extracted);
        }
        Optional<Boolean> equal;
        try {
            equal = deadline.run(() -> equivalence.equal(gold, extracted));
        } catch (ExecutionException _) {
            // A defect in the comparison must not end a training run: the answer counts as not verified.
            equal = Optional.of(false);
        }
        if (equal.isEmpty()) {
            return new Verdict.TimedOut(extracted, contained);
        } else if (equal.get()) {
            return new Verdict.Correct(extracted);
        }
        return contained ? new Verdict.Contains(extracted) : new Verdict.Boxed(extracted);
    }

    /** Gold answers come bare, in one pair of dollars, or in a box. */
    private static String bare(String answer) {
        String text = AnswerExtractor.lastBoxed(answer).orElse(answer).strip();
        boolean dollars = text.length() > 2 && text.startsWith("$") && text.indexOf('$', 1) == text.length() - 1;
        return dollars ? text.substring(1, text.length() - 1).strip() : text;
    }
}
