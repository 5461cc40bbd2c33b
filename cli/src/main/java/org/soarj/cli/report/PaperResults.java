package org.soarj.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the paper reports (SOAR, arXiv 2601.18778, Tables 4 to 6), in percent: Llama-3.2-3B-Instruct on problems of MATH, HARP and
 * OlympiadBench.
 *
 * @param cells by set, method and k, in the paper's order
 */
record PaperResults(Map<String, Map<String, Map<Integer, Cell>>> cells) {

    /** Mean and standard deviation over seeds. */
    record Cell(double mean, double sd) {
        String text() {
            return String.format(Locale.ROOT, "%.1f ± %.1f", mean, sd);
        }
    }

    static PaperResults load() throws IOException {
        String name = "paper-pass-at-k.csv";
        CsvRows table = CsvRows.parse(name, Html.resource(name));
        Map<String, Map<String, Map<Integer, Cell>>> cells = new LinkedHashMap<>();
        for (List<String> row : table.rows()) {
            cells.computeIfAbsent(row.get(0), set -> new LinkedHashMap<>())
                    .computeIfAbsent(row.get(1), method -> new LinkedHashMap<>())
                    .put((int) table.number(row, 2), new Cell(table.number(row, 3), table.number(row, 4)));
        }
        return new PaperResults(cells);
    }

    Set<String> sets() {
        return cells.keySet();
    }

    Map<String, Map<Integer, Cell>> methods(String set) {
        return cells.get(set);
    }

    /** All k, rising. */
    Set<Integer> ks() {
        Set<Integer> ks = new LinkedHashSet<>();
        cells.values().forEach(methods -> methods.values().forEach(method -> ks.addAll(method.keySet())));
        return ks;
    }

    /**
     * What the paper's counterparts of an arm gain over its Hard-Only, in points; several are told apart by where their teacher or
     * their questions come from, none is a dash.
     */
    String gainOverHardOnly(String set, String arm, int k) {
        Map<String, Map<Integer, Cell>> methods = methods(set);
        double hardOnly = methods.get("Hard-Only").get(k).mean();
        List<String> same = methods.keySet().stream().filter(method -> armOf(method).equals(arm)).toList();
        List<String> gains = new ArrayList<>();
        for (String method : same) {
            String gain = String.format(Locale.ROOT, "%+.1f", methods.get(method).get(k).mean() - hardOnly);
            gains.add(same.size() == 1 ? gain : gain + (method.contains("HARP") ? " (HARP)" : " (MATH)"));
        }
        return gains.isEmpty() ? Cells.NONE : String.join(", ", gains);
    }

    /** The name that runs use for a method of the paper: SOAR-PQ and PQ (MATH) are pq, MATH train (128) is real. */
    private static String armOf(String method) {
        return method.toLowerCase(Locale.ROOT)
                .replaceFirst("^soar-", "")
                .replaceFirst("^base inference$", "base")
                .replaceFirst("^hard-only g=128$", "hard-only-4x")
                .replaceFirst("^(math|harp) train \\(128\\)$", "real")
                .replaceFirst("^math train \\(full\\)$", "real-full")
                .replaceFirst("^inference with grounded-t$", "grounded-t-inference")
                .replaceFirst("^(pq|ps|grounded-t) \\((math|harp)\\)$", "$1");
    }
}
