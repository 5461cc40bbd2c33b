package org.soarj.transformer.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.soarj.tensor.Rng;

/**
 * Which examples every step of a training run sees: each once an epoch, in an order drawn for that epoch.
 *
 * @param steps the examples of each step
 * @param epochs epochs begun
 */
public record BatchPlan(List<List<Example>> steps, int epochs) {
    public BatchPlan {
        steps = List.copyOf(steps);
    }

    /**
     * A plan of whole epochs.
     *
     * @param tokens most tokens of one step; a longer example is a step of its own
     */
    public static BatchPlan ofEpochs(List<Example> examples, int epochs, int tokens, Rng rng) {
        require(examples, epochs, tokens, "epochs");
        List<List<Example>> steps = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            steps.addAll(epoch(examples, epoch, tokens, rng));
        }
        return new BatchPlan(steps, epochs);
    }

    /** A plan of so many steps, over as many epochs as that takes. */
    public static BatchPlan ofSteps(List<Example> examples, int count, int tokens, Rng rng) {
        require(examples, count, tokens, "steps");
        List<List<Example>> steps = new ArrayList<>();
        int epoch = 0;
        while (steps.size() < count) {
            steps.addAll(epoch(examples, epoch, tokens, rng));
            epoch++;
        }
        return new BatchPlan(steps.subList(0, count), epoch);
    }

    private static List<List<Example>> epoch(List<Example> examples, int epoch, int tokens, Rng rng) {
        int[] order = new int[examples.size()];
        Arrays.setAll(order, i -> i);
        rng.split("epoch", epoch).shuffle(order);
        return PackedExamples.parts(Arrays.stream(order).mapToObj(examples::get).toList(), tokens);
    }

    private static void require(List<Example> examples, int count, int tokens, String what) {
        if (examples.isEmpty() || count < 1 || tokens < 1) {
            throw new IllegalArgumentException("batch plan: " + examples.size() + " examples, " + count + " " + what + " of "
                    + tokens + " tokens; each must be 1 or more");
        }
    }

    /** Tokens of all steps. */
    public long tokens() {
        return steps.stream().flatMap(List::stream).mapToLong(example -> example.ids().length).sum();
    }
}
