package org.soarj.tensor.cuda;

import java.util.EnumMap;
import java.util.Map;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import org.soarj.tensor.backend.Backend;

/** Which inputs are rounded; the emulated card's own TF32 is not. */
@AddLifecycleHook(WithoutEmulator.class)
class EmulatedRoundedProductsTest implements RoundedProducts {
    private static final Map<FloatProducts, EmulatedCuda> CARDS = new EnumMap<>(FloatProducts.class);

    @AfterContainer
    static void close() {
        CARDS.values().forEach(EmulatedCuda::close);
        CARDS.clear();
    }

    @Override
    public Backend backend(FloatProducts rounding) {
        return CARDS.computeIfAbsent(rounding, EmulatedCuda::open).backend();
    }
}
