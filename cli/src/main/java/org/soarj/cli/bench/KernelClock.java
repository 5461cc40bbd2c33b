package org.soarj.cli.bench;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.soarj.tensor.backend.Backend;

/** A backend that passes every call on and adds up the time of each kernel. For one thread of callers. */
public final class KernelClock {
    private final SortedMap<String, Double> seconds = new TreeMap<>();
    private final Backend timed;

    public KernelClock(Backend backend) {
        timed = (Backend) Proxy.newProxyInstance(Backend.class.getClassLoader(), new Class<?>[] {Backend.class},
                (proxy, method, arguments) -> {
                    long start = System.nanoTime();
                    try {
                        Object result = method.invoke(backend, arguments);
                        backend.await();
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        seconds.merge(method.getName(), (System.nanoTime() - start) / 1e9, Double::sum);
                    }
                });
    }

    /** The backend to compute with. */
    public Backend backend() {
        return timed;
    }

    /** Seconds spent in each kernel so far, by its name in {@link Backend}, in the order of names. */
    public Map<String, Double> seconds() {
        return new TreeMap<>(seconds);
    }

    /** Forgets what was counted. */
    public void reset() {
        seconds.clear();
    }
}
