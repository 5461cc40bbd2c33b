package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.soarj.autograd.optim.AdamW;
import org.soarj.autograd.optim.Schedule;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;

/** What an update makes of log-probabilities that are not the sampler's, bit for bit. */
class SamplerGapTest {
    private static final Backend EXACT = new ReferenceBackend();

    /** The reference, but it does not promise that a row is the same bits alone. */
    private static Backend rounding() {
        return (Backend) Proxy.newProxyInstance(Backend.class.getClassLoader(), new Class<?>[] {Backend.class},
                (proxy, method, args) -> {
                    try {
                        return method.getName().equals("isBatchInvariant") ? false : method.invoke(EXACT, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** One update with rollouts of which a token's log-probability was recorded this much too low. */
    private static PolicyUpdate.Report update(Backend backend, float off) {
        Policy policy = TinyPolicy.of(backend, 1, 6, 1);
        List<Rollout> rollouts = TinyPolicy.rollouts(policy, 2, 1);
        rollouts.get(1).logProbs()[0] -= off;
        double[] advantages = new double[rollouts.size()];
        advantages[1] = 1;
        return new PolicyUpdate(policy, PolicyLoss.plain(), AdamW.Settings.DEFAULT, Schedule.constant(.1)).apply(rollouts, advantages);
    }

    @Test
    void roundingIsMeasured() {
        assertEquals(1e-3, update(rounding(), 1e-3f).samplerGap(), 1e-6);
        assertEquals(0, update(rounding(), 0).samplerGap());
        assertEquals(0, update(EXACT, 0).samplerGap());
    }

    @Test
    void whatRoundingDoesNotExplainIsRefused() {
        for (Backend backend : List.of(rounding(), EXACT)) {
            String message = assertThrows(IllegalStateException.class, () -> update(backend, 0.2f)).getMessage();
            assertTrue(message.contains("were the weights changed since sampling?"), message);
        }
        assertThrows(IllegalStateException.class, () -> update(EXACT, 1e-3f));
        assertThrows(IllegalStateException.class, () -> update(rounding(), Float.NaN));
    }
}
