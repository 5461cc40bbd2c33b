package org.soarj.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A CSV file (RFC 4180) as text cells.
 *
 * @param name the file's name, for errors
 * @param header the column names, at least two: the first two say what a row is about, the others are measures
 * @param rows one cell for each column
 */
record CsvRows(String name, List<String> header, List<List<String>> rows) {

    /**
     * Reads a whole file.
     *
     * @throws IOException when the header has less than two columns, or a row another number of cells than the header
     */
    static CsvRows parse(String name, String text) throws IOException {
        List<List<String>> lines = new Reader(text).lines();
        List<String> header = lines.isEmpty() ? List.of() : lines.getFirst();
        if (header.size() < 2) {
            throw new IOException(name + ": its first line is " + header
                    + ", expected a header of at least two columns; write the file again");
        }
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).size() != header.size()) {
                throw new IOException(name + ": row " + i + " has " + lines.get(i).size() + " cells, expected "
                        + header.size() + " for the columns " + header + "; correct the row");
            }
        }
        return new CsvRows(name, header, List.copyOf(lines.subList(1, lines.size())));
    }

    /** The names of the columns after the first two. */
    List<String> measures() {
        return header.subList(2, header.size());
    }

    /** The rows by what their first cell says, both in the file's order. */
    Map<String, List<List<String>>> byFirstCell() {
        return rows.stream().collect(Collectors.groupingBy(List::getFirst, LinkedHashMap::new, Collectors.toList()));
    }

    /**
     * The number in a cell of a row, NaN for an empty one.
     *
     * @throws IOException when the cell holds something else
     */
    double number(List<String> row, int column) throws IOException {
        String cell = row.get(column).strip();
        try {
            return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
        } catch (NumberFormatException wrong) {
            throw new IOException(name + ": column " + header.get(column) + " of the row " + row + " holds '" + cell
                    + "', expected a number; correct it", wrong);
        }
    }

    /**
     * The numbers that some rows hold for a measure; none when there is no such column.
     *
     * @throws IOException when a cell is not a number
     */
    double[] values(List<List<String>> chosen, String measure) throws IOException {
        int column = header.lastIndexOf(measure);
        double[] values = new double[column < 2 ? 0 : chosen.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(chosen.get(i), column);
        }
        return values;
    }

    private static final class Reader {
        private final String text;
        private int at;

        private Reader(String text) {
            this.text = text;
        }

        private List<List<String>> lines() {
            List<List<String>> lines = new ArrayList<>();
            while (at < text.length()) {
                List<String> cells = line();
                if (!cells.equals(List.of(""))) {
                    lines.add(cells);
                }
            }
            return lines;
        }

        private List<String> line() {
            List<String> cells = new ArrayList<>();
            cells.add(cell());
            while (at < text.length() && text.charAt(at) == ',') {
                at++;
                cells.add(cell());
            }
            if (text.startsWith("\r", at)) {
                at++;
            }
            if (text.startsWith("\n", at)) {
                at++;
            }
            return List.copyOf(cells);
        }

        private String cell() {
            StringBuilder cell = new StringBuilder();
            boolean quoted = false;
            for (; at < text.length(); at++) {
                char c = text.charAt(at);
                boolean doubled = quoted && text.startsWith("\"\"", at);
                if (doubled) {
                    cell.append('"');
                    at++;
                } else if (c == '"') {
                    quoted = !quoted;
                } else if (!quoted && (c == ',' || c == '\n' || c == '\r')) {
                    break;
                } else {
                    cell.append(c);
                }
            }
            return cell.toString();
        }
    }
}
