package org.soarj.tensor.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendProvider;

class ReferenceProviderTest {

    @Test
    void isFoundByTheServiceLoaderAndRunsEverywhere() {
        BackendProvider provider = ServiceLoader.load(BackendProvider.class).stream().map(ServiceLoader.Provider::get)
                .filter(found -> found.name().equals("reference")).findFirst().orElseThrow();
        assertInstanceOf(BackendProvider.Probe.Ready.class, provider.probe());
        try (Backend backend = provider.create(4)) {
            assertEquals("reference", backend.name());
        }
    }

    @Test
    void refusesNoThreads() {
        assertThrows(IllegalArgumentException.class, () -> new ReferenceProvider().create(0));
    }
}
