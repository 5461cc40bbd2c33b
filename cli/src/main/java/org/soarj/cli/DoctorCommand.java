package org.soarj.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.soarj.tensor.backend.BackendProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code soar doctor}: what this machine offers, what is missing, and the remedy. */
@Command(name = "doctor", mixinStandardHelpOptions = true, description = "Show JDK, cores, memory and backends.")
final class DoctorCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public void run() {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("java", System.getProperty("java.vm.version") + " " + System.getProperty("java.vendor"));
        found.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        found.put("cores", Runtime.getRuntime().availableProcessors());
        found.put("heap_mib", Runtime.getRuntime().maxMemory() / (1 << 20));
        found.put("memory_mib", ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize() / (1 << 20));
        Map<String, Map<String, Object>> backends = new LinkedHashMap<>();
        for (BackendProvider provider : Compute.known()) {
            backends.put(provider.name(), switch (provider.probe()) {
                case BackendProvider.Probe.Ready(String detail) -> Map.of("ready", true, "detail", detail);
                case BackendProvider.Probe.Unavailable(String reason, String remedy) ->
                    Map.of("ready", false, "detail", reason + "; " + remedy);
            });
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            found.put("backends", backends);
            out.println(JsonMapper.builder().build().writeValueAsString(found));
        } else {
            found.forEach((name, value) -> out.printf("%-18s %s%n", name, value));
            backends.forEach((name, state) -> out.printf("%-18s %s: %s%n", "backend " + name,
                    state.get("ready").equals(true) ? "ready" : "unavailable", state.get("detail")));
        }
        out.flush();
    }
}
