package org.soarj.tensor.cpu;

import java.util.Optional;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendProvider;
import org.soarj.tensor.backend.Ceilings;

/** The Vector API backend; it runs on every machine, if Java was started with the incubator module. */
public final class CpuProvider implements BackendProvider {
    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public Probe probe() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            return new Probe.Unavailable("the Vector API module is not there",
                    "start Java with --add-modules jdk.incubator.vector, as bin/soar does");
        }
        return new Probe.Ready(Lanes.WIDTH * 32 + "-bit vectors");
    }

    @Override
    public Backend create(int threads) {
        return new CpuBackend(threads);
    }

    @Override
    public Optional<Ceilings> ceilings(int threads) {
        return Optional.of(new CpuCeilings(threads));
    }
}
