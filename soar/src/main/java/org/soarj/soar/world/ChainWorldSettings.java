package org.soarj.soar.world;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Who writes the corpus of {@link ChainWorld}, and about what. Weights need not sum to 1.
 *
 * @param modulus results are taken modulo this; 2 to 10, so that each is one digit
 * @param operators which of {@code + - *} occur, all equally often
 * @param lengthWeights weight of documents with k steps, k from 1
 * @param carefulShares share of careful authors among those who write k steps
 * @param slip chance that a step of any author comes out as another digit, uniformly
 * @param sloppyRules weight of each wrong rule among authors who are not careful
 * @param flawedShare share of all documents that are not about a question and its answer
 * @param flaws weight of each kind of these
 */
public record ChainWorldSettings(
        int modulus,
        String operators,
        List<Double> lengthWeights,
        List<Double> carefulShares,
        double slip,
        Map<SloppyRule, Double> sloppyRules,
        double flawedShare,
        Map<Flaw, Double> flaws) {

    /** Kinds of flawed documents. Their workings have the form of workings, so form alone does not give them away. */
    public enum Flaw {
        /** {@code 3+-4}. */
        DOUBLE_OPERATOR,
        /** {@code 3+4-} or {@code +4-1}. */
        MISSING_OPERAND,
        /** A well-posed question with somebody else's working. */
        MEANINGLESS_ANSWER
    }

    /** Long chains are frequent and rarely careful: the mode of what is written about them is wrong. */
    public static final ChainWorldSettings DEFAULT = new ChainWorldSettings(
            10,
            "+-",
            List.of(0.06, 0.08, 0.10, 0.12, 0.14, 0.16, 0.17, 0.17),
            List.of(0.6, 0.45, 0.25, 0.1, 0.03, 0.008, 0.002, 0.0005),
            0.02,
            Map.of(SloppyRule.ONE_TOO_MANY, 1.0, SloppyRule.ONE_TOO_FEW, 1.0, SloppyRule.COPIES_OPERAND, 1.0),
            0.2,
            Map.of(Flaw.DOUBLE_OPERATOR, 1.0, Flaw.MISSING_OPERAND, 1.0, Flaw.MEANINGLESS_ANSWER, 1.0));

    /** @throws IllegalArgumentException when a value makes no sense, naming it */
    public ChainWorldSettings {
        lengthWeights = List.copyOf(lengthWeights);
        carefulShares = List.copyOf(carefulShares);
        sloppyRules = Map.copyOf(sloppyRules);
        flaws = Map.copyOf(flaws);
        require(modulus >= 2 && modulus <= 10, "modulus must be 2 to 10, got " + modulus);
        require(
                operators.matches("[+*-]+") && operators.chars().distinct().count() == operators.length(),
                "operators must be some of + - *, each once, got \"" + operators + '"');
        require(
                lengthWeights.size() == carefulShares.size(),
                "lengthWeights and carefulShares both run over k, got " + lengthWeights.size() + " and "
                        + carefulShares.size() + " values");
        weights("lengthWeights", lengthWeights);
        weights("sloppyRules", sloppyRules.values());
        weights("flaws", flaws.values());
        carefulShares.forEach(value -> share("carefulShares", value));
        share("slip", slip);
        share("flawedShare", flawedShare);
    }

    /** The largest number of steps. */
    public int longest() {
        return lengthWeights.size();
    }

    private static void weights(String name, Collection<Double> values) {
        boolean sound = values.stream().allMatch(value -> value >= 0 && Double.isFinite(value))
                && values.stream().anyMatch(value -> value > 0);
        require(sound, name + " must be 0 or more, one of them above 0, got "
                + values.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }

    private static void share(String name, double value) {
        require(value >= 0 && value <= 1, name + " must lie in [0,1], got " + value);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("chain world: " + message);
        }
    }
}
