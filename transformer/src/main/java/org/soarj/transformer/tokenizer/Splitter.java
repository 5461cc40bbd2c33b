package org.soarj.transformer.tokenizer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a piece at the matches of a pattern (Hugging Face's {@code NormalizedString::split}).
 *
 * @param invert whether the text between the matches is the delimiter, rather than the matches
 * @param rule what becomes of the delimiters
 */
record Splitter(Pattern pattern, boolean invert, DelimiterRule rule) {
    /** What becomes of a delimiter; the constants are the file's {@code behavior}. */
    enum DelimiterRule {
        REMOVED("Removed"),
        ISOLATED("Isolated"),
        MERGED_WITH_PREVIOUS("MergedWithPrevious"),
        MERGED_WITH_NEXT("MergedWithNext"),
        CONTIGUOUS("Contiguous");

        private final String behavior;

        DelimiterRule(String behavior) {
            this.behavior = behavior;
        }

        static DelimiterRule read(Json json) {
            for (DelimiterRule rule : values()) {
                if (rule.behavior.equals(json.text())) {
                    return rule;
                }
            }
            throw json.error("behavior \"" + json.text() + "\" is not supported");
        }
    }

    /** A stretch of the text, and whether it is a delimiter. */
    record Span(int start, int end, boolean delimiter) {}

    /** The parts of a piece, in order, none of them empty. */
    List<Piece> split(Piece piece) {
        List<Piece> parts = new ArrayList<>();
        for (Span span : cut(spans(piece.text()))) {
            if (span.start < span.end) {
                parts.add(new Piece(piece.text().substring(span.start, span.end), piece.atStart() && span.start == 0));
            }
        }
        return parts;
    }

    /** The text with every delimiter replaced, taken literally. */
    String replace(String text, String replacement) {
        StringBuilder out = new StringBuilder(text.length());
        for (Span span : spans(text)) {
            out.append(span.delimiter ? replacement : text.substring(span.start, span.end));
        }
        return out.toString();
    }

    private List<Span> spans(String text) {
        List<Span> spans = new ArrayList<>();
        if (text.isEmpty()) {
            return spans;
        }
        int end = 0;
        Matcher matcher = pattern.matcher(text);
        for (int from = 0; from <= text.length() && matcher.find(from); ) {
            int start = matcher.start();
            boolean empty = matcher.end() == start;
            if (insidePair(text, start)) {
                from = start + 1;
            } else if (empty && start == end && !spans.isEmpty()) {
                // Oniguruma's iterator gives no empty match right behind another match.
                from = codePointAfter(text, start);
            } else {
                if (end < start) {
                    spans.add(new Span(end, start, invert));
                }
                end = matcher.end();
                spans.add(new Span(start, end, !invert));
                from = empty ? codePointAfter(text, end) : end;
            }
        }
        if (end < text.length()) {
            spans.add(new Span(end, text.length(), invert));
        }
        return spans;
    }

    /** Java looks for matches at every char, even between the two of a supplementary character. */
    private static boolean insidePair(String text, int at) {
        return at > 0
                && at < text.length()
                && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
    }

    private static int codePointAfter(String text, int at) {
        return at < text.length() ? text.offsetByCodePoints(at, 1) : at + 1;
    }

    private List<Span> cut(List<Span> spans) {
        return switch (rule) {
            case ISOLATED -> spans;
            case REMOVED -> spans.stream().filter(span -> !span.delimiter).toList();
            case CONTIGUOUS -> joinForward(spans, true);
            case MERGED_WITH_PREVIOUS -> joinForward(spans, false);
            case MERGED_WITH_NEXT -> joinBackward(spans);
        };
    }

    /** Joins a span to the one before: when both are of one kind, or else each first delimiter behind a text. */
    private static List<Span> joinForward(List<Span> spans, boolean sameKind) {
        List<Span> joined = new ArrayList<>();
        boolean previous = false;
        for (Span span : spans) {
            boolean joins = sameKind ? span.delimiter == previous : span.delimiter && !previous;
            if (joins && !joined.isEmpty()) {
                Span last = joined.removeLast();
                joined.add(new Span(last.start, span.end, false));
            } else {
                joined.add(span);
            }
            previous = span.delimiter;
        }
        return joined;
    }

    private static List<Span> joinBackward(List<Span> spans) {
        ArrayDeque<Span> joined = new ArrayDeque<>();
        boolean next = false;
        for (Span span : spans.reversed()) {
            if (span.delimiter && !next && !joined.isEmpty()) {
                Span last = joined.removeFirst();
                joined.addFirst(new Span(span.start, last.end, false));
            } else {
                joined.addFirst(span);
            }
            next = span.delimiter;
        }
        return List.copyOf(joined);
    }
}
