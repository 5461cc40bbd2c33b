package org.soarj.transformer.lora;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Shape of an adapter.
 *
 * @param rank r, rows of A
 * @param alpha the addition is multiplied by alpha / r
 * @param targets names of linear layers, or ends of them after a dot ({@code q_proj}, {@code layers.0.mlp.up_proj})
 */
public record LoraSettings(int rank, double alpha, Set<String> targets) {
    /** Every linear layer of the blocks; what PEFT calls all-linear. */
    public static final Set<String> ALL_LINEAR =
            Set.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");
    /** The layers that Hu et al. 2021 adapt, and PEFT's default for a Llama. */
    public static final Set<String> QUERY_VALUE = Set.of("q_proj", "v_proj");

    public LoraSettings {
        if (rank < 1 || !(alpha > 0 && alpha < Double.POSITIVE_INFINITY) || targets.isEmpty()) {
            throw new IllegalArgumentException("lora: rank " + rank + ", alpha " + alpha + ", targets " + targets
                    + "; rank and alpha must be above 0, and there must be a target");
        }
        targets = Set.copyOf(targets);
    }

    /** alpha / r. */
    public float scale() {
        return (float) (alpha / rank);
    }

    /** Whether the linear layer of this full name is a target. */
    public boolean targets(String linear) {
        return targets.stream().anyMatch(target -> reaches(target, linear));
    }

    /**
     * Refuses targets that no layer of these names answers to.
     *
     * @throws IllegalArgumentException naming the target
     */
    public void requireFound(List<String> linears) {
        for (String target : targets) {
            if (linears.stream().noneMatch(linear -> reaches(target, linear))) {
                Set<String> modules = new LinkedHashSet<>();
                linears.forEach(linear -> modules.add(linear.substring(linear.lastIndexOf('.') + 1)));
                throw new IllegalArgumentException("lora: target module \"" + target
                        + "\" does not exist; the linear layers of this model are " + String.join(", ", modules));
            }
        }
    }

    private static boolean reaches(String target, String linear) {
        return linear.equals(target) || linear.endsWith("." + target);
    }
}
