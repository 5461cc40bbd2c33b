package org.soarj.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.soarj.cli.report.Html.Column;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What was asked for and where it ran: settings that differ between runs in a table, the files as they are. */
final class SettingsSection {
    private static final String CONFIG = "config.yaml";
    private static final String HEADER = "run.json";

    private SettingsSection() {}

    static void write(Html page, List<Run> runs) throws IOException {
        page.section("Settings");
        if (runs.size() > 1) {
            differences(page, runs);
        }
        for (Run run : runs) {
            for (String name : List.of(CONFIG, HEADER)) {
                Optional<String> text = run.files().text(name);
                if (text.isPresent()) {
                    page.beginDetails(run.label(name), false).preformatted(text.get()).end("details");
                } else {
                    page.missing(Notes.absent(run, name));
                }
            }
        }
    }

    /**
     * A number in a run's settings, wherever it stands in them.
     *
     * @return NaN when it is not there
     */
    static double number(Run run, String name) throws IOException {
        JsonNode value = settings(run).findValue(name);
        return value != null && value.isNumber() ? value.asDouble() : Double.NaN;
    }

    /** Settings as YAML; damaged ones are shown as they are, and have no values. */
    static JsonNode settings(Run run) throws IOException {
        YAMLMapper mapper = new YAMLMapper();
        try {
            JsonNode tree = mapper.readTree(run.files().text(CONFIG).orElse("{}"));
            return tree.isObject() ? tree : mapper.createObjectNode();
        } catch (JacksonException damaged) {
            return mapper.createObjectNode();
        }
    }

    private static void differences(Html page, List<Run> runs) throws IOException {
        List<Map<String, String>> all = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (Run run : runs) {
            Map<String, String> flat = new LinkedHashMap<>();
            flatten("", settings(run), flat);
            all.add(flat);
            names.addAll(flat.keySet());
        }
        List<List<String>> rows = new ArrayList<>();
        for (String name : names) {
            List<String> values = all.stream().map(flat -> flat.getOrDefault(name, Cells.NONE)).toList();
            boolean compares = all.stream().filter(flat -> flat.containsKey(name)).count() > 1;
            if (compares && values.stream().distinct().count() > 1) {
                List<String> row = new ArrayList<>(List.of(name));
                row.addAll(values);
                rows.add(row);
            }
        }
        if (rows.isEmpty()) {
            page.note("No setting that two of these runs share differs.");
            return;
        }
        List<Column> columns = new ArrayList<>(List.of(Column.text("setting")));
        runs.forEach(run -> columns.add(Column.text(run.name())));
        page.note("Settings that two runs or more have, and that differ:").table(columns, rows);
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> into) {
        if (node.isObject()) {
            node.properties().forEach(entry ->
                    flatten(prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey(), entry.getValue(), into));
        } else {
            into.put(prefix, node.isString() ? node.asString() : node.toString());
        }
    }
}
