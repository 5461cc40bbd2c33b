package org.soarj.tensor.cuda;

import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** Skips a container of properties where the kernels cannot be emulated, and prints why. */
final class WithoutEmulator implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
        return EmulatedCuda.missing().map(reason -> {
            System.out.println(context.label() + " skipped: " + reason);
            return SkipResult.skip(reason);
        }).orElse(SkipResult.doNotSkip());
    }

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.NO_DESCENDANTS;
    }
}
