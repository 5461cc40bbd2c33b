package org.soarj.soar.run;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table as CSV (RFC 4180, with bare line feeds): results.csv.
 *
 * @param columns the header
 * @param rows one value for each column; null and NaN become empty cells
 */
public record CsvTable(List<String> columns, List<? extends List<?>> rows) {

    /** @throws IllegalArgumentException when a row has another number of values than there are columns */
    public CsvTable {
        columns = List.copyOf(columns);
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).size() != columns.size()) {
                throw new IllegalArgumentException("csv: row " + i + " has " + rows.get(i).size() + " values, expected "
                        + columns.size() + " for the columns " + columns);
            }
        }
    }

    /** The whole file, header first. */
    public String text() {
        StringBuilder text = new StringBuilder(line(columns));
        rows.forEach(row -> text.append(line(row)));
        return text.toString();
    }

    private static String line(List<?> values) {
        return values.stream().map(CsvTable::cell).collect(Collectors.joining(",", "", "\n"));
    }

    private static String cell(Object value) {
        boolean missing = value == null || value instanceof Number number && Double.isNaN(number.doubleValue());
        String text = missing ? "" : value.toString();
        boolean quoted = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }
}
