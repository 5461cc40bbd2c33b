package org.soarj.transformer.infer;

/**
 * How text is decoded when it is text that is wanted, and not samples to train on.
 *
 * <p>The steps and their order are those of Hugging Face's {@code generate}: repetition penalty, temperature, top-k, top-p,
 * min-p, each applied to what the one before left. (vLLM applies min-p before top-k and top-p.) Whatever was cut off, the
 * log-probability that is recorded is that of the whole distribution at this temperature, without the penalty.
 *
 * @param temperature logits are divided by it; 0 takes the highest score
 * @param topK only scores not below the k-th highest stay; 0 keeps all
 * @param topP of the ascending order of probabilities all are dropped whose sum is at most 1 - p; 1 keeps all
 *     (Holtzman et al. 2020)
 * @param minP probabilities below p times the highest are dropped; 0 keeps all (Nguyen et al. 2024)
 * @param repetitionPenalty scores of tokens that came before, in the prompt too, are divided by it if positive, else
 *     multiplied; 1 changes nothing (Keskar et al. 2019)
 */
public record Decoding(float temperature, int topK, float topP, float minP, float repetitionPenalty) {
    public Decoding {
        require(temperature >= 0 && temperature < Float.POSITIVE_INFINITY, "the temperature", "0 or more", temperature);
        require(topK >= 0, "top-k", "0 (keeps all) or more", topK);
        require(topP > 0 && topP <= 1, "top-p", "above 0 and at most 1", topP);
        require(minP >= 0 && minP <= 1, "min-p", "from 0 to 1", minP);
        require(repetitionPenalty > 0 && repetitionPenalty < Float.POSITIVE_INFINITY, "the repetition penalty", "above 0",
                repetitionPenalty);
    }

    /** The whole distribution at a temperature, or the highest score at 0. */
    public static Decoding full(float temperature) {
        return new Decoding(temperature, 0, 1f, 0f, 1f);
    }

    boolean greedy() {
        return temperature == 0;
    }

    boolean penalises() {
        return repetitionPenalty != 1;
    }

    boolean truncates() {
        return topK > 0 || topP < 1 || minP > 0;
    }

    private static void require(boolean condition, String what, String allowed, Number got) {
        if (!condition) {
            throw new IllegalArgumentException("decoding: " + what + " must be " + allowed + ", got " + got);
        }
    }
}
