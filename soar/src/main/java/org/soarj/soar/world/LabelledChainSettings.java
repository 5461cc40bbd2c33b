package org.soarj.soar.world;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Who writes the corpus of {@link LabelledChainWorld}, and about what. Weights need not sum to 1.
 *
 * @param largestOperand operands are 1 to this; at most 9
 * @param lengthWeights weight of documents with k steps, k from 1; at most 9 of them
 * @param carefulShares share of careful authors among those who write k steps
 * @param slip chance that a step of a careful author comes out as a random digit
 * @param scatter the same for an author who is not careful
 * @param luck chance that a step of a sloppy author comes out right all the same
 * @param sloppyRules weight of each wrong rule among authors who are not careful
 * @param flawedShare share of documents that are not about a question and its answer
 */
public record LabelledChainSettings(int largestOperand, List<Double> lengthWeights, List<Double> carefulShares,
                                    double slip, double scatter, double luck, Map<SloppyRule, Double> sloppyRules,
                                    double flawedShare) {

    /** Long chains are frequent and rarely careful: the mode of what is written about them is wrong. */
    public static final LabelledChainSettings DEFAULT = new LabelledChainSettings(5,
            List.of(0.14, 0.12, 0.12, 0.12, 0.12, 0.12, 0.13, 0.13), List.of(0.95, 0.9, 0.85, 0.6, 0.2, 0.03, 0.0, 0.0), 0.02,
            0.02, 0.24, Map.of(SloppyRule.ONE_TOO_MANY, 1.0), 0.2);

    /** @throws IllegalArgumentException when a value makes no sense, naming it */
    public LabelledChainSettings {
        lengthWeights = List.copyOf(lengthWeights);
        carefulShares = List.copyOf(carefulShares);
        sloppyRules = Map.copyOf(sloppyRules);
        require(largestOperand >= 1 && largestOperand <= 9, "largestOperand must be 1 to 9, got " + largestOperand);
        require(lengthWeights.size() <= 9 && lengthWeights.size() == carefulShares.size(),
                "lengthWeights and carefulShares both run over k, up to 9, got " + lengthWeights.size() + " and "
                        + carefulShares.size() + " values");
        requireWeights("lengthWeights", lengthWeights);
        requireWeights("sloppyRules", sloppyRules.values());
        carefulShares.forEach(value -> requireShare("carefulShares", value));
        requireShare("slip", slip);
        requireShare("scatter", scatter);
        requireShare("luck", luck);
        requireShare("flawedShare", flawedShare);
    }

    private static void requireWeights(String name, Collection<Double> weights) {
        require(weights.stream().allMatch(weight -> weight >= 0 && Double.isFinite(weight))
                && weights.stream().anyMatch(weight -> weight > 0), name + " must be 0 or more, one above 0, got " + weights);
    }

    private static void requireShare(String name, double value) {
        require(value >= 0 && value <= 1, name + " must lie in [0,1], got " + value);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("labelled chain world: " + message);
        }
    }
}
