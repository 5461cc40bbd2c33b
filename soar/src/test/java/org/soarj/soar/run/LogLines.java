package org.soarj.soar.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the logs of a run for comparison. */
public final class LogLines {
    private LogLines() {}

    /** The lines of a log, parsed, without what depends on the clock. */
    public static List<Map<String, JsonNode>> of(Path file) throws IOException {
        List<Map<String, JsonNode>> lines = new ArrayList<>();
        boolean gzip = file.toString().endsWith(".gz");
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                gzip ? new GZIPInputStream(Files.newInputStream(file)) : Files.newInputStream(file), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Map<String, JsonNode> kept = new LinkedHashMap<>();
                JsonMapper.shared().readTree(line).properties().stream()
                        .filter(entry -> !entry.getKey().startsWith("time/"))
                        .forEach(entry -> kept.put(entry.getKey(), entry.getValue()));
                lines.add(kept);
            }
        }
        return lines;
    }
}
