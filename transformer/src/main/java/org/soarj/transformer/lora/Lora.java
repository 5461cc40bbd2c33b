package org.soarj.transformer.lora;

import org.soarj.autograd.Parameter;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.transformer.Block;
import org.soarj.transformer.Llama;
import org.soarj.transformer.LowRank;

/** Low-rank adaptation (Hu et al. 2021): frozen weights, and small trainable matrices beside them. */
public final class Lora {
    private Lora() {}

    /**
     * A model over the weights of {@code base}, which are shared and get no gradient, with new adapters. Each A is uniform
     * within 1/sqrt(in), as PEFT draws it (Kaiming, a = sqrt(5)), each B is 0, so that the model begins as its base.
     *
     * @throws IllegalArgumentException when a target does not exist
     */
    public static Llama attach(Llama base, LoraSettings settings, Rng rng) {
        settings.requireFound(base.linears().stream().map(Block.Linear::name).toList());
        return base.frozen().withLinears(linear -> {
            if (!settings.targets(linear.name())) {
                return linear.with((LowRank) null);
            }
            int in = linear.weight().value().shape().dim(1);
            int out = linear.weight().value().shape().dim(0);
            Tensor a = uniform(rng.split(linear.name()), 1 / Math.sqrt(in), settings.rank(), in);
            return linear.with(adapter(linear, a, Tensor.zeros(out, settings.rank()), settings));
        });
    }

    static LowRank adapter(Block.Linear linear, Tensor a, Tensor b, LoraSettings settings) {
        return new LowRank(new Parameter(nameOfA(linear), a), new Parameter(nameOfB(linear), b), settings.scale());
    }

    static String nameOfA(Block.Linear linear) {
        return linear.name() + ".lora_A.weight";
    }

    static String nameOfB(Block.Linear linear) {
        return linear.name() + ".lora_B.weight";
    }

    private static Tensor uniform(Rng rng, double bound, int... dims) {
        Tensor tensor = Tensor.zeros(dims);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.put(i, (float) ((2 * rng.nextDouble() - 1) * bound));
        }
        return tensor;
    }

    /**
     * A plain model that computes the same up to rounding: W + scale B A in F32 in place of every adapted weight, the other
     * weights shared.
     */
    public static Llama merge(Backend backend, Llama adapted) {
        return adapted.withLinears(linear -> {
            if (linear.adapter() == null) {
                return linear;
            }
            LowRank adapter = linear.adapter();
            Tensor weight = linear.weight().value();
            Tensor sum = weight.dtype() == DType.F32 ? weight.copy() : weight.to(DType.F32);      // (out,in)
            backend.matmul(adapter.b().value(), false, adapter.a().value(), false, adapter.scale(), 1f, sum);
            return new Block.Linear(new Parameter(linear.weight().name(), sum), linear.bias(), null);
        });
    }
}
