package org.soarj.tensor.cuda;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a product of two tensors of floats rounds its inputs to; it adds up in floats whatever they are. */
enum FloatProducts {
    /** Nothing is rounded. */
    F32,
    /** 11 bits of precision. */
    TF32,
    /** 8 bits: mixed precision as of Micikevicius et al. 2018, with weights kept in floats and no scaling of the loss. */
    BF16;

    /**
     * The one of this name.
     *
     * @throws IllegalArgumentException when there is none
     */
    static FloatProducts of(String name) {
        return Arrays.stream(values()).filter(each -> each.toString().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("-D" + CudaProvider.PRODUCTS + ": " + name + " is not known; "
                        + Arrays.stream(values()).map(FloatProducts::toString).collect(Collectors.joining(", ")) + " are"));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
