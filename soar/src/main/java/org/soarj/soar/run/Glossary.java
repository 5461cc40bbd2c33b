package org.soarj.soar.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the names in metrics.jsonl mean and when to worry, from the resource {@code glossary.tsv}: name, meaning, worry, between
 * tabs. A {@code *} in a name stands for any text, so {@code eval/pass@*} is there once.
 *
 * @param entries in the order of the file
 */
public record Glossary(List<Entry> entries) {

    /** One name with its two lines. */
    public record Entry(String name, String meaning, String worry) {
        private boolean covers(String metric) {
            int star = name.indexOf('*');
            return star < 0 ? name.equals(metric) : metric.length() >= name.length() && metric.startsWith(name.substring(0, star))
                    && metric.endsWith(name.substring(star + 1));
        }
    }

    /** Reads the table. */
    public static Glossary load() {
        try (InputStream in = Glossary.class.getResourceAsStream("glossary.tsv")) {
            List<Entry> entries = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                String[] cells = line.split("\t");
                if (cells.length != 3) {
                    throw new IllegalStateException("glossary.tsv: three cells are expected, got: " + line);
                }
                entries.add(new Entry(cells[0], cells[1], cells[2]));
            }
            return new Glossary(List.copyOf(entries));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The entry of a metric; one that names it whole goes before one with a star, and of these the one that says most. */
    public Optional<Entry> find(String metric) {
        Optional<Entry> whole = entries.stream().filter(entry -> entry.name().equals(metric)).findFirst();
        return whole.isPresent() ? whole : entries.stream().filter(entry -> entry.covers(metric))
                .max(Comparator.comparingInt(entry -> entry.name().length()));
    }

    /** All names. */
    public List<String> names() {
        return entries.stream().map(Entry::name).toList();
    }
}
