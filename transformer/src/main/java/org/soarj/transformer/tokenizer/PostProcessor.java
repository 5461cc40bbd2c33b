package org.soarj.transformer.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What puts special tokens around the ids of a text; the records bear tokenizer.json's names. */
sealed interface PostProcessor {
    int[] process(int[] ids);

    static PostProcessor read(Json json) {
        String type = json.field("type").text();
        return switch (type) {
            case "TemplateProcessing" -> TemplateProcessing.read(json);
            case "ByteLevel" -> ByteLevel.read(json);
            case "Sequence" -> Sequence.read(json);
            default -> throw json.error("post_processor \"" + type + "\" is not supported");
        };
    }

    /** Special tokens before and behind the text. The template for pairs is not read: a text stands alone here. */
    record TemplateProcessing(List<Integer> before, List<Integer> behind) implements PostProcessor {
        static TemplateProcessing read(Json json) {
            json.allow("type", "single", "pair", "special_tokens");
            List<Integer> before = new ArrayList<>();
            List<Integer> behind = new ArrayList<>();
            boolean textSeen = false;
            for (Json item : json.field("single").items()) {
                item.allow("SpecialToken", "Sequence");
                if (item.optional("Sequence").isPresent()) {
                    String id = item.field("Sequence").field("id").text();
                    if (textSeen || !id.equals("A")) {
                        throw item.error("a template for a single text must have Sequence \"A\" once and no other");
                    }
                    textSeen = true;
                } else {
                    (textSeen ? behind : before).addAll(specialIds(json, item.field("SpecialToken").field("id")));
                }
            }
            if (!textSeen) {
                throw json.field("single").error("a template for a single text must have Sequence \"A\"");
            }
            return new TemplateProcessing(List.copyOf(before), List.copyOf(behind));
        }

        private static List<Integer> specialIds(Json json, Json id) {
            return json.field("special_tokens")
                    .optional(id.text())
                    .orElseThrow(() -> id.error("\"" + id.text() + "\" is not among the special_tokens"))
                    .field("ids").items().stream().map(Json::count).toList();
        }

        @Override
        public int[] process(int[] ids) {
            IntStream head = before.stream().mapToInt(Integer::intValue);
            IntStream tail = behind.stream().mapToInt(Integer::intValue);
            return IntStream.concat(IntStream.concat(head, IntStream.of(ids)), tail).toArray();
        }
    }

    /** Trims offsets into the text, of which this package gives none: the ids stay as they are. */
    record ByteLevel() implements PostProcessor {
        static ByteLevel read(Json json) {
            json.allow("type", "add_prefix_space", "trim_offsets", "use_regex");
            return new ByteLevel();
        }

        @Override
        public int[] process(int[] ids) {
            return ids;
        }
    }

    /** One after the other; none leaves the ids as they are. */
    record Sequence(List<PostProcessor> processors) implements PostProcessor {
        static Sequence read(Json json) {
            json.allow("type", "processors");
            List<PostProcessor> processors =
                    json.field("processors").items().stream().map(PostProcessor::read).toList();
            // Behind a template Hugging Face has several texts, so that a second would be asked for its pair.
            if (processors.stream().filter(processor -> !(processor instanceof ByteLevel)).count() > 1) {
                throw json.error("more than one TemplateProcessing is not supported");
            }
            return new Sequence(processors);
        }

        @Override
        public int[] process(int[] ids) {
            int[] processed = ids;
            for (PostProcessor processor : processors) {
                processed = processor.process(processed);
            }
            return processed;
        }
    }
}
