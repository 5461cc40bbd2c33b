package org.soarj.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known name that a mistyped one was probably meant to be. */
final class Nearest {
    private Nearest() {}

    /** The name of least edit distance, if that is less than half of what was typed. */
    static Optional<String> to(String typed, Collection<String> known) {
        return known.stream().min(Comparator.comparingInt((String name) -> distance(typed, name)).thenComparing(name -> name))
                .filter(name -> 2 * distance(typed, name) <= typed.length() + 1);
    }

    /** {@code ; did you mean NAME?}, or nothing. */
    static String hint(String typed, Collection<String> known) {
        return to(typed, known).map(name -> "; did you mean " + name + "?").orElse("");
    }

    /** Insertions, deletions and replacements that lead from one to the other (Levenshtein 1966). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
