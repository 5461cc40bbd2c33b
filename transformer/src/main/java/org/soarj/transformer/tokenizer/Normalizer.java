package org.soarj.transformer.tokenizer;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.soarj.transformer.tokenizer.Splitter.DelimiterRule;

/** What rewrites the text before it is cut; the records bear the names that tokenizer.json gives them. */
sealed interface Normalizer {
    /** The rewritten piece; {@code atStart} is lost when the first character goes. */
    Piece normalize(Piece piece);

    static Normalizer read(Json json) {
        String type = json.field("type").text();
        return switch (type) {
            case "NFC", "NFD", "NFKC", "NFKD" -> Form.read(json, type);
            case "Prepend" -> Prepend.read(json);
            case "Replace" -> Replace.read(json);
            case "Lowercase" -> Lowercase.read(json);
            case "Strip" -> Strip.read(json);
            case "Sequence" -> Sequence.read(json);
            default -> throw json.error("normalizer \"" + type + "\" is not supported");
        };
    }

    /**
     * One of Unicode's normal forms. By this JDK's tables (Unicode 16); Hugging Face's stem from Unicode 12 or before
     * and leave some 190 younger characters, such as U+32FF, as they are.
     */
    record Form(java.text.Normalizer.Form form) implements Normalizer {
        static Form read(Json json, String type) {
            json.allow("type");
            return new Form(java.text.Normalizer.Form.valueOf(type));
        }

        @Override
        public Piece normalize(Piece piece) {
            return piece.withText(java.text.Normalizer.normalize(piece.text(), form));
        }
    }

    /** Puts a string in front of every piece that is not empty. */
    record Prepend(String prepend) implements Normalizer {
        static Prepend read(Json json) {
            json.allow("type", "prepend");
            return new Prepend(json.field("prepend").text());
        }

        @Override
        public Piece normalize(Piece piece) {
            return piece.text().isEmpty() ? piece : piece.withText(prepend + piece.text());
        }
    }

    /** Replaces every match by a string. */
    record Replace(Splitter splitter, String content) implements Normalizer {
        static Replace read(Json json) {
            json.allow("type", "pattern", "content");
            Pattern pattern = PatternReader.read(json.field("pattern"));
            String content = json.field("content").text();
            // Releases of Hugging Face's library differ: some expand groups, some take the dollar as it stands.
            if (json.field("pattern").optional("Regex").isPresent() && content.contains("$")) {
                throw json.field("content").error("\"$\" with a Regex pattern is not supported");
            }
            return new Replace(new Splitter(pattern, false, DelimiterRule.ISOLATED), content);
        }

        String apply(String text) {
            return splitter.replace(text, content);
        }

        @Override
        public Piece normalize(Piece piece) {
            Matcher head = splitter.pattern().matcher(piece.text());
            boolean headGone = content.isEmpty() && head.lookingAt() && head.end() > 0;
            return new Piece(apply(piece.text()), piece.atStart() && !headGone);
        }
    }

    /** Lowers each character by itself: unlike Java's, a final sigma is no special case. */
    record Lowercase() implements Normalizer {
        static Lowercase read(Json json) {
            json.allow("type");
            return new Lowercase();
        }

        @Override
        public Piece normalize(Piece piece) {
            StringBuilder lowered = new StringBuilder(piece.text().length());
            piece.text().codePoints().forEach(
                    codePoint -> lowered.append(Character.toString(codePoint).toLowerCase(Locale.ROOT)));
            return piece.withText(lowered.toString());
        }
    }

    /** Removes white space at the ends. */
    record Strip(boolean left, boolean right) implements Normalizer {
        static Strip read(Json json) {
            json.allow("type", "strip_left", "strip_right");
            return new Strip(json.field("strip_left").flag(), json.field("strip_right").flag());
        }

        @Override
        public Piece normalize(Piece piece) {
            String text = piece.text();
            int start = left ? WhiteSpace.skipForward(text, 0) : 0;
            int end = right ? Math.max(start, WhiteSpace.skipBackward(text, text.length())) : text.length();
            return new Piece(text.substring(start, end), piece.atStart() && start == 0);
        }
    }

    /** One after the other; none leaves the text as it is. */
    record Sequence(List<Normalizer> normalizers) implements Normalizer {
        static Sequence read(Json json) {
            json.allow("type", "normalizers");
            return new Sequence(json.field("normalizers").items().stream().map(Normalizer::read).toList());
        }

        @Override
        public Piece normalize(Piece piece) {
            Piece normalized = piece;
            for (Normalizer normalizer : normalizers) {
                normalized = normalizer.normalize(normalized);
            }
            return normalized;
        }
    }
}
