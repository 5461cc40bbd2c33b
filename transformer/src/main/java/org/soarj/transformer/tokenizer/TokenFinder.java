package org.soarj.transformer.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Finds added tokens in a text: leftmost first, the longest of those that begin together, by a tree of characters. */
final class TokenFinder {
    private static final Pattern WORD_CHARACTER = Pattern.compile("\\w", Pattern.UNICODE_CHARACTER_CLASS);

    /** A part of a text: an added token, or what lies between. */
    sealed interface Segment {
        record Text(Piece piece) implements Segment {}

        record Token(int id) implements Segment {}
    }

    private static final class Node {
        private final Map<Character, Node> children = new HashMap<>();
        private AddedToken token;
    }

    private final Node root = new Node();

    /** Makes {@code spelling} stand for a token; the first to claim a spelling has it. */
    void add(String spelling, AddedToken token) {
        Node node = root;
        for (int i = 0; i < spelling.length(); i++) {
            node = node.children.computeIfAbsent(spelling.charAt(i), character -> new Node());
        }
        if (node.token == null) {
            node.token = token;
        }
    }

    /** The parts of a piece, in order, none of them empty. */
    List<Segment> split(Piece piece) {
        String text = piece.text();
        List<Segment> segments = new ArrayList<>();
        int done = 0;
        int at = 0;
        while (at < text.length()) {
            Match match = longestAt(text, at);
            if (match == null) {
                at++;
                continue;
            }
            int end = match.end;
            if (!match.token.singleWord() || standsAlone(text, at, end)) {
                int start = match.token.leftStrip() ? WhiteSpace.skipBackward(text, at) : at;
                if (done < start) {
                    segments.add(between(piece, done, start));
                }
                segments.add(new Segment.Token(match.token.id()));
                done = match.token.rightStrip() ? WhiteSpace.skipForward(text, end) : end;
            }
            at = end;
        }
        if (done < text.length()) {
            segments.add(between(piece, done, text.length()));
        }
        return segments;
    }

    private record Match(AddedToken token, int end) {}

    private Match longestAt(String text, int start) {
        Match longest = null;
        Node node = root;
        for (int at = start; at < text.length(); at++) {
            node = node.children.get(text.charAt(at));
            if (node == null) {
                break;
            }
            if (node.token != null) {
                longest = new Match(node.token, at + 1);
            }
        }
        return longest;
    }

    private static Segment between(Piece piece, int start, int end) {
        return new Segment.Text(new Piece(piece.text().substring(start, end), piece.atStart() && start == 0));
    }

    private static boolean standsAlone(String text, int start, int end) {
        return (start == 0 || !isWord(text.codePointBefore(start)))
                && (end == text.length() || !isWord(text.codePointAt(end)));
    }

    private static boolean isWord(int codePoint) {
        return WORD_CHARACTER.matcher(Character.toString(codePoint)).matches();
    }
}
