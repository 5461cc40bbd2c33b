package org.soarj.transformer.tokenizer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What turns tokens back into text, as a pipe: each decoder hands on text as soon as nothing later can change it. So a
 * stream and a whole decode to the same text, being the same code. The records bear tokenizer.json's names.
 */
sealed interface Decoder {
    /** A sink that decodes what it receives into {@code next}; it has state and serves one text. */
    TextSink into(TextSink next);

    static Decoder read(Json json) {
        String type = json.field("type").text();
        return switch (type) {
            case "ByteLevel" -> ByteLevel.read(json);
            case "ByteFallback" -> ByteFallback.read(json);
            case "Fuse" -> Fuse.read(json);
            case "Strip" -> Strip.read(json);
            case "Replace" -> new Replace(Normalizer.Replace.read(json));
            case "Metaspace" -> Metaspace.read(json);
            case "Sequence" -> Sequence.read(json);
            default -> throw json.error("decoder \"" + type + "\" is not supported");
        };
    }

    /** Reads all tokens as bytes in the {@link ByteAlphabet}, and the bytes as UTF-8; gives one token. */
    record ByteLevel() implements Decoder {
        static ByteLevel read(Json json) {
            json.allow("type", "add_prefix_space", "trim_offsets", "use_regex");
            return new ByteLevel();
        }

        @Override
        public TextSink into(TextSink next) {
            Utf8Stream utf8 = new Utf8Stream();
            return new TextSink.WholeTokens() {
                @Override
                void token(String token) {
                    next.text(utf8.accept(ByteAlphabet.read(token)));
                }

                @Override
                public void endOfText() {
                    next.text(utf8.finish());
                    next.endOfToken();
                    next.endOfText();
                }
            };
        }
    }

    /** Reads runs of tokens such as {@code <0xE2>} as UTF-8; a run that is not valid gives one U+FFFD for each byte. */
    record ByteFallback() implements Decoder {
        private static final Pattern BYTE = Pattern.compile("<0x[0-9a-fA-F]{2}>");

        static ByteFallback read(Json json) {
            json.allow("type");
            return new ByteFallback();
        }

        @Override
        public TextSink into(TextSink next) {
            StringBuilder run = new StringBuilder();
            return new TextSink.WholeTokens() {
                @Override
                void token(String token) {
                    if (BYTE.matcher(token).matches()) {
                        run.append(token, 3, 5);
                        return;
                    }
                    endRun();
                    next.text(token);
                    next.endOfToken();
                }

                @Override
                public void endOfText() {
                    endRun();
                    next.endOfText();
                }

                private void endRun() {
                    byte[] bytes = HexFormat.of().parseHex(run);
                    run.setLength(0);
                    try {
                        if (bytes.length > 0) {
                            // A new decoder reports malformed input; new String would replace it.
                            next.text(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
                            next.endOfToken();
                        }
                    } catch (CharacterCodingException invalid) {
                        for (int i = 0; i < bytes.length; i++) {
                            next.text("\uFFFD");
                            next.endOfToken();
                        }
                    }
                }
            };
        }
    }

    /** Makes one token of all. */
    record Fuse() implements Decoder {
        static Fuse read(Json json) {
            json.allow("type");
            return new Fuse();
        }

        @Override
        public TextSink into(TextSink next) {
            return new TextSink() {
                @Override
                public void text(String fragment) {
                    next.text(fragment);
                }

                @Override
                public void endOfToken() {}

                @Override
                public void endOfText() {
                    next.endOfToken();
                    next.endOfText();
                }
            };
        }
    }

    /** Takes up to {@code start} and {@code stop} times a character off the ends of each token. */
    record Strip(int content, int start, int stop) implements Decoder {
        static Strip read(Json json) {
            json.allow("type", "content", "start", "stop");
            return new Strip(
                    json.field("content").character(), json.field("start").count(), json.field("stop").count());
        }

        @Override
        public TextSink into(TextSink next) {
            return new TextSink() {
                private int toCut = start;
                private int held;

                @Override
                public void text(String fragment) {
                    StringBuilder out = new StringBuilder(fragment.length());
                    fragment.codePoints().forEach(codePoint -> pass(codePoint, out));
                    next.text(out.toString());
                }

                private void pass(int codePoint, StringBuilder out) {
                    if (codePoint != content) {
                        toCut = 0;
                        for (; held > 0; held--) {
                            out.appendCodePoint(content);
                        }
                        out.appendCodePoint(codePoint);
                    } else if (toCut > 0) {
                        toCut--;
                    } else if (held < stop) {
                        held++;
                    } else {
                        out.appendCodePoint(content);
                    }
                }

                @Override
                public void endOfToken() {
                    toCut = start;
                    held = 0;
                    next.endOfToken();
                }

                @Override
                public void endOfText() {
                    next.endOfText();
                }
            };
        }
    }

    /** Replaces every match within a token. */
    record Replace(Normalizer.Replace replace) implements Decoder {
        @Override
        public TextSink into(TextSink next) {
            return new TextSink.WholeTokens() {
                @Override
                void token(String token) {
                    next.text(replace.apply(token));
                    next.endOfToken();
                }

                @Override
                public void endOfText() {
                    next.endOfText();
                }
            };
        }
    }

    /** Reads the visible space as a space; in the first token it is dropped, unless none was ever put in front. */
    record Metaspace(String replacement, boolean dropsFirst) implements Decoder {
        static Metaspace read(Json json) {
            PreTokenizer.Metaspace written = PreTokenizer.Metaspace.read(json);
            return new Metaspace(written.replacement(), written.scheme() != PreTokenizer.Metaspace.Scheme.NEVER);
        }

        @Override
        public TextSink into(TextSink next) {
            return new TextSink() {
                private boolean drops = dropsFirst;

                @Override
                public void text(String fragment) {
                    next.text(fragment.replace(replacement, drops ? "" : " "));
                }

                @Override
                public void endOfToken() {
                    drops = false;
                    next.endOfToken();
                }

                @Override
                public void endOfText() {
                    next.endOfText();
                }
            };
        }
    }

    /** What a file without a decoder means: tokens with a space between them. */
    record Spaced() implements Decoder {
        @Override
        public TextSink into(TextSink next) {
            return new TextSink.WholeTokens() {
                private String separator = "";

                @Override
                void token(String token) {
                    next.text(separator + token);
                    next.endOfToken();
                    separator = " ";
                }

                @Override
                public void endOfText() {
                    next.endOfText();
                }
            };
        }
    }

    /** One after the other. */
    record Sequence(List<Decoder> decoders) implements Decoder {
        static Sequence read(Json json) {
            json.allow("type", "decoders");
            return new Sequence(json.field("decoders").items().stream().map(Decoder::read).toList());
        }

        @Override
        public TextSink into(TextSink next) {
            TextSink sink = next;
            for (Decoder decoder : decoders.reversed()) {
                sink = decoder.into(sink);
            }
            return sink;
        }
    }
}
