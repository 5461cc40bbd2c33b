package org.soarj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.soarj.soar.train.TrainConfig;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.backend.BackendProvider;
import org.soarj.transformer.LlamaConfig;

class TrainDryRunTest {
    private static final LlamaConfig MODEL = LlamaConfig.tiny(30, 16, 24, 1, 2, 128, 0, 1);

    /** A backend that is not here, or the CPU's under another name. */
    private record Other(String name, Probe probe) implements BackendProvider {
        @Override
        public Backend create(int threads) {
            assertTrue(probe instanceof Probe.Ready, name + " had said not to be here");
            return Compute.known().stream().filter(known -> known.name().equals("cpu")).findFirst().orElseThrow().create(threads);
        }
    }

    private static TrainDryRun measured(String used) {
        List<BackendProvider> known = new ArrayList<>(Compute.known());
        known.add(new Other("gone", new BackendProvider.Probe.Unavailable("no such card", "buy one")));
        known.add(new Other("second", new BackendProvider.Probe.Ready("here")));
        return TrainDryRun.measure(TrainConfig.tiny(), MODEL, Optional.empty(), used, 2, 2, known);
    }

    @Test
    void everyDeviceSaysWhatItWouldTakeOrWhyNot() {
        TrainDryRun estimate = measured("second");
        assertEquals(List.of("second", "cpu"), estimate.devices().stream().map(TrainDryRun.Device::name).toList(), "the one used first");
        assertEquals(List.of(2, 1), estimate.devices().stream().map(TrainDryRun.Device::workers).toList());
        StringWriter text = new StringWriter();
        estimate.print(new PrintWriter(text));
        assertTrue(text.toString().contains("gone         no such card; buy one"), text.toString());
        assertTrue(text.toString().contains("reference    not measured: its plain loops"), text.toString());
        assertTrue(text.toString().lines().anyMatch(line -> line.startsWith("cpu ") && line.contains(" to ")), text.toString());
    }
}
