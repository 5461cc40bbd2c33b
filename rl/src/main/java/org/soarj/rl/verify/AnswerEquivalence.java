package org.soarj.rl.verify;

import java.util.List;

/** Whether two bare answers are the same. May be slow or throw; {@link MathVerifier} guards against both. */
@FunctionalInterface
public interface AnswerEquivalence {
    boolean equal(String gold, String answer);

    /**
     * By value; where neither answer can be read as one, also by the text rules of Hendrycks, Minerva and PRM800K.
     *
     * <p>Text rules do not overrule values, since they take {@code 7 3/4} and {@code 73/4} for the same.
     */
    static AnswerEquivalence byValue() {
        return (gold, answer) -> {
            List<Value> goldReadings = ValueReader.readings(gold);
            List<Value> answerReadings = ValueReader.readings(answer);
            boolean nothing = isNothing(goldReadings) || isNothing(answerReadings);
            if (!nothing && ValueEquality.anyEqual(goldReadings, answerReadings)) {
                return true;
            }
            return isWords(goldReadings) && isWords(answerReadings) && sameText(gold, answer);
        };
    }

    private static boolean isNothing(List<Value> readings) {
        return readings.getFirst().equals(new Value.Text(""));
    }

    private static boolean isWords(List<Value> readings) {
        return readings.size() == 1 && readings.getFirst() instanceof Value.Text;
    }

    private static boolean sameText(String gold, String answer) {
        return sameForm(HendrycksNormalForm.of(gold), HendrycksNormalForm.of(answer))
                || sameForm(MinervaNormalForm.of(gold), MinervaNormalForm.of(answer))
                || sameForm(Prm800kNormalForm.of(gold), Prm800kNormalForm.of(answer));
    }

    private static boolean sameForm(String gold, String answer) {
        return !gold.isBlank() && gold.equals(answer);
    }
}
