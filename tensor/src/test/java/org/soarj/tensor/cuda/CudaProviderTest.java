package org.soarj.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendProvider.Probe;
import org.soarj.tensor.cuda.DeviceException.Kind;

/** Holds on machines with a card and without one. */
class CudaProviderTest {
    private final CudaProvider provider = new CudaProvider();

    @Test
    void aProbeThatIsReadyOpensAndAnotherSaysWhy() {
        switch (provider.probe()) {
            case Probe.Ready(String detail) -> {
                try (Backend backend = provider.create(1)) {
                    assertEquals("cuda", backend.name());
                    assertFalse(backend.isBatchInvariant());
                    assertTrue(detail.contains("cuBLAS 12"), detail);
                }
            }
            case Probe.Unavailable(String reason, String remedy) -> {
                assertEquals("cuda: " + reason + "; " + remedy,
                        assertThrows(DeviceException.class, () -> provider.create(1)).getMessage());
                assertTrue(remedy.endsWith("or use --device cpu"), remedy);
                assertEquals(provider.probe(), new Probe.Unavailable(reason, remedy), "asked again");
            }
        }
    }

    @Test
    void errorsOfTheDriverAreSorted() {
        assertEquals(Kind.FULL, DriverErrors.kind(2));
        assertEquals(Kind.LOST, DriverErrors.kind(719));
        assertEquals(Kind.UNUSABLE, DriverErrors.kind(222));
        assertEquals(Kind.FULL, DriverErrors.kindOfCublas(3));
        assertTrue(DriverErrors.asksDriver(13));
        assertFalse(DriverErrors.asksDriver(3));
        assertEquals(Kind.UNUSABLE, DriverErrors.kindOfCublas(13));
        assertEquals(Kind.UNUSABLE, DriverErrors.kindOfCublas(15));
        for (Kind kind : Kind.values()) {
            String line = DriverErrors.message(kind, "Some card", "CUDA_ERROR_X", "matmul");
            assertEquals(1, line.lines().count());
            assertTrue(line.startsWith("cuda: Some card ") && line.contains("CUDA_ERROR_X") && line.contains("matmul")
                    && line.contains("; "), line);
        }
    }
}
