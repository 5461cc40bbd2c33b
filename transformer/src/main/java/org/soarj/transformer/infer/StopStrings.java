package org.soarj.transformer.infer;

import java.util.List;
import java.util.Optional;

/**
 * Looks for strings that end a text, in a text that comes piece by piece. What could be the beginning of one is held back,
 * so that nothing of it is ever shown. Of several that end together the one that began first is taken, as if the text had
 * been searched after each character.
 */
final class StopStrings {
    private final List<String> strings;
    private final StringBuilder held = new StringBuilder();
    private boolean found;

    StopStrings(List<String> strings) {
        if (strings.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("stop: a stop string must not be empty");
        }
        this.strings = List.copyOf(strings);
    }

    /** Whether the text has ended. */
    boolean found() {
        return found;
    }

    /** Takes the next piece; returns what is certain to stand before any stop string. After one was found, nothing. */
    String accept(String piece) {
        if (found) {
            return "";
        }
        int from = held.length();
        held.append(piece);
        for (int end = from + 1; end <= held.length(); end++) {
            Optional<Integer> start = startOfStop(end);
            if (start.isPresent()) {
                found = true;
                return held.substring(0, start.get());
            }
        }
        int certain = held.length() - beginning();
        String text = held.substring(0, certain);
        held.delete(0, certain);
        return text;
    }

    /** The end of the text: what was held back was no stop string. */
    String finish() {
        String text = found ? "" : held.toString();
        held.setLength(0);
        return text;
    }

    /** Where the longest stop string begins that ends just before {@code end}. */
    private Optional<Integer> startOfStop(int end) {
        return strings.stream().filter(stop -> stop.length() <= end
                        && held.substring(end - stop.length(), end).equals(stop))
                .map(stop -> end - stop.length()).min(Integer::compare);
    }

    /** Length of the longest end of the text that is the beginning of a stop string. */
    private int beginning() {
        int longest = 0;
        for (String stop : strings) {
            for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
                if (stop.startsWith(held.substring(held.length() - n))) {
                    longest = n;
                }
            }
        }
        return longest;
    }
}
