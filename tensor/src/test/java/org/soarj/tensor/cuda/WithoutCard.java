package org.soarj.tensor.cuda;

import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import org.soarj.tensor.backend.BackendProvider.Probe;

/** Skips a container of properties where there is no card, and prints why. */
final class WithoutCard implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
        if (new CudaProvider().probe() instanceof Probe.Unavailable(String reason, String _)) {
            System.out.println(context.label() + " skipped: " + reason);
            return SkipResult.skip(reason);
        }
        return SkipResult.doNotSkip();
    }

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.NO_DESCENDANTS;
    }
}
