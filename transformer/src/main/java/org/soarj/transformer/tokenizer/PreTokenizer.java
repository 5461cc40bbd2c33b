package org.soarj.transformer.tokenizer;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.soarj.transformer.tokenizer.Splitter.DelimiterRule;

/** What cuts the text into words, within which alone the model merges; the records bear tokenizer.json's names. */
sealed interface PreTokenizer {
    /** The words of a piece, in order. */
    List<Piece> split(Piece piece);

    static PreTokenizer read(Json json) {
        String type = json.field("type").text();
        return switch (type) {
            case "Split" -> Split.read(json);
            case "Digits" -> Digits.read(json);
            case "ByteLevel" -> ByteLevel.read(json);
            case "Metaspace" -> Metaspace.read(json);
            case "Whitespace" -> Whitespace.read(json);
            case "Sequence" -> Sequence.read(json);
            default -> throw json.error("pre_tokenizer \"" + type + "\" is not supported");
        };
    }

    /** Cuts at a pattern. */
    record Split(Splitter splitter) implements PreTokenizer {
        static Split read(Json json) {
            json.allow("type", "pattern", "behavior", "invert");
            return new Split(new Splitter(
                    PatternReader.read(json.field("pattern")),
                    json.field("invert").flag(),
                    DelimiterRule.read(json.field("behavior"))));
        }

        @Override
        public List<Piece> split(Piece piece) {
            return splitter.split(piece);
        }
    }

    /** Cuts numbers out, whole or digit by digit. */
    record Digits(Splitter splitter) implements PreTokenizer {
        private static final Pattern NUMERIC = Pattern.compile("\\p{N}");

        static Digits read(Json json) {
            json.allow("type", "individual_digits");
            boolean individual = json.flag("individual_digits", false);
            return new Digits(
                    new Splitter(NUMERIC, false, individual ? DelimiterRule.ISOLATED : DelimiterRule.CONTIGUOUS));
        }

        @Override
        public List<Piece> split(Piece piece) {
            return splitter.split(piece);
        }
    }

    /** Cuts as GPT-2 does and writes the words in the {@link ByteAlphabet}. */
    record ByteLevel(boolean addPrefixSpace, boolean useRegex) implements PreTokenizer {
        private static final Splitter GPT2 = new Splitter(
                Pattern.compile(
                        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
                        PatternReader.FLAGS),
                false,
                DelimiterRule.ISOLATED);

        static ByteLevel read(Json json) {
            json.allow("type", "add_prefix_space", "trim_offsets", "use_regex");
            return new ByteLevel(json.field("add_prefix_space").flag(), json.flag("use_regex", true));
        }

        @Override
        public List<Piece> split(Piece piece) {
            boolean prefix = addPrefixSpace && !piece.text().startsWith(" ");
            Piece whole = prefix ? piece.withText(" " + piece.text()) : piece;
            List<Piece> words = useRegex ? GPT2.split(whole) : List.of(whole);
            return words.stream().map(word -> word.withText(ByteAlphabet.write(word.text()))).toList();
        }
    }

    /** Writes spaces as a visible character, puts one in front by a scheme, and cuts before each. */
    record Metaspace(String replacement, Scheme scheme, boolean cuts, Splitter splitter) implements PreTokenizer {
        /** When a piece that does not begin with the replacement gets one in front. */
        enum Scheme {
            ALWAYS,
            FIRST,
            NEVER;

            /** By {@code prepend_scheme}; older files say {@code add_prefix_space}, which must not contradict it. */
            static Scheme read(Json json) {
                String name = json.optional("prepend_scheme").map(Json::text).orElse("always");
                Scheme scheme = switch (name) {
                    case "always" -> ALWAYS;
                    case "first" -> FIRST;
                    case "never" -> NEVER;
                    default -> throw json.field("prepend_scheme").error("scheme \"" + name + "\" is not supported");
                };
                if (scheme != NEVER && !json.flag("add_prefix_space", true)) {
                    throw json.error("add_prefix_space false contradicts prepend_scheme \"" + name + "\"");
                }
                return scheme;
            }
        }

        static Metaspace read(Json json) {
            json.allow("type", "replacement", "str_rep", "add_prefix_space", "prepend_scheme", "split");
            String replacement = Character.toString(json.field("replacement").character());
            Pattern boundary = Pattern.compile(Pattern.quote(replacement));
            Splitter splitter = new Splitter(boundary, false, DelimiterRule.MERGED_WITH_NEXT);
            return new Metaspace(replacement, Scheme.read(json), json.flag("split", true), splitter);
        }

        @Override
        public List<Piece> split(Piece piece) {
            String text = piece.text().replace(" ", replacement);
            boolean asked = scheme == Scheme.ALWAYS || (scheme == Scheme.FIRST && piece.atStart());
            Piece spaced = piece.withText(asked && !text.startsWith(replacement) ? replacement + text : text);
            return cuts ? splitter.split(spaced) : List.of(spaced);
        }
    }

    /** Keeps runs of word characters and runs of punctuation; drops white space. */
    record Whitespace() implements PreTokenizer {
        private static final Splitter WORDS = new Splitter(
                Pattern.compile("\\w+|[^\\w\\s]+", PatternReader.FLAGS), true, DelimiterRule.REMOVED);

        static Whitespace read(Json json) {
            json.allow("type");
            return new Whitespace();
        }

        @Override
        public List<Piece> split(Piece piece) {
            return WORDS.split(piece);
        }
    }

    /** Each cuts what the one before left; none leaves a piece whole. */
    record Sequence(List<PreTokenizer> preTokenizers) implements PreTokenizer {
        static Sequence read(Json json) {
            json.allow("type", "pretokenizers");
            return new Sequence(json.field("pretokenizers").items().stream().map(PreTokenizer::read).toList());
        }

        @Override
        public List<Piece> split(Piece piece) {
            Stream<Piece> pieces = Stream.of(piece);
            for (PreTokenizer preTokenizer : preTokenizers) {
                pieces = pieces.flatMap(each -> preTokenizer.split(each).stream());
            }
            return pieces.toList();
        }
    }
}
