package org.soarj.transformer.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.soarj.transformer.tokenizer.Tokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChatTemplateTest {
    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-05T13:04:09Z"), ZoneOffset.UTC);
    private static final Map<String, Object> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");

    @TempDir
    private Path folder;

    /** The templates of Llama 2, 3 and 3.2, SmolLM2 and TinyLlama, against Jinja2 set up as transformers does. */
    @TestFactory
    Stream<DynamicTest> renderingsAreThoseOfTransformers() throws IOException {
        List<JsonNode> lines = Files.readAllLines(RESOURCES.resolve("chat/renderings.jsonl")).stream()
                .map(new JsonMapper()::readTree).toList();
        assertEquals(61, lines.size());
        return lines.stream().map(line -> DynamicTest.dynamicTest(line.get("template").asString() + " " + line.get("name")
                + line.get("add_generation_prompt"), () -> assertRendered(line)));
    }

    private static void assertRendered(JsonNode line) throws IOException {
        Path file = RESOURCES.resolve("chat").resolve(line.get("template").asString());
        JinjaTemplate template = new JinjaTemplate(file, Files.readString(file), TOKENS, CLOCK);
        List<Message> messages = line.get("messages").valueStream()
                .map(message -> new Message(message.get("role").asString(), message.get("content").asString())).toList();
        boolean prompt = line.get("add_generation_prompt").asBoolean();
        if (line.has("error")) {
            String message = assertThrows(ChatException.class, () -> template.render(messages, prompt)).getMessage();
            assertTrue(message.endsWith(line.get("error").asString()) && !message.contains("\n"), message);
        } else {
            assertEquals(line.get("rendered").asString(), template.render(messages, prompt));
        }
    }

    @Test
    void withoutATemplateLlama3sTokensGiveItsLayout() {
        Path model = RESOURCES.resolve("tokenizers/llama3-style");
        Tokenizer tokenizer = Tokenizer.load(model);
        String text = ChatTemplate.load(model, tokenizer, CLOCK)
                .render(List.of(Message.system("Add."), Message.user(" 1+1 "), Message.assistant("2"), Message.user("2+2")), true);
        assertEquals("<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nAdd.<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\n1+1<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n2<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\n2+2<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n", text);
        // Each special token of the layout is one id.
        int[] ids = tokenizer.encode(text, false);
        assertEquals(tokenizer.idOf("<|begin_of_text|>").getAsInt(), ids[0]);
        assertEquals(tokenizer.idOf("<|start_header_id|>").getAsInt(), ids[1]);
    }

    @Test
    void withoutEitherTheFolderIsRefused() {
        Path model = RESOURCES.resolve("tokenizers/gpt2-style");
        String message = assertThrows(ChatException.class, () -> ChatTemplate.load(model, Tokenizer.load(model), CLOCK)).getMessage();
        assertTrue(message.contains("gpt2-style: has no chat template"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"bos_token": "<s>", "chat_template": "A{{ bos_token }}"}                                          |   | A<s>
            {"bos_token": {"content": "<b>"}, "chat_template": "A{{ bos_token }}"}                             |   | A<b>
            {"chat_template": [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}]}   |   | D
            {"eos_token": "</s>", "chat_template": "A"}                                       | J{{ eos_token }}   | J</s>
            {}                                                                                                 | J | J
            {"chat_template": "{{ messages[0].content }}{{ unk_token }}"}                                      |   | x
            """)
    void aTemplateIsFoundWhereTransformersLooksForIt(String config, String jinja, String rendered) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), config);
        if (jinja != null) {
            Files.writeString(folder.resolve("chat_template.jinja"), jinja);
        }
        assertEquals(rendered, ChatTemplate.load(folder, tokenizer(), CLOCK).render(List.of(Message.user("x")), true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '^', textBlock = """
            {% for m in messages if m.role == 'user' %}x{% endfor %} ^ loop with a condition
            {{ messages[0].content.split('x') }}                     ^ split()
            {{ messages[0].content.nonsense() }}                     ^ nonsense
            {{ 'a' | no_such_filter }}                               ^ no_such_filter
            {{ "it's" }}{# it's 'x' | y #}{{ x | no_such }}          ^ the filter no_such
            {{ no_such_function('a') }}                              ^ no_such_function
            {% if x is no_such_test %}a{% endif %}                   ^ no_such_test
            {% no_such_tag %}                                        ^ no_such_tag
            {% if %}                                                 ^ chat template, line
            {{ strftime_now('%Q') }}                                 ^ %Q is not supported
            {{ messages[0].content | trim('x') }}                    ^ trim: an argument is not supported
            {{ raise_exception('only one turn') }}                   ^ refuses this conversation: only one turn
            """)
    void whatCannotBeRenderedIsRefusedInOneLine(String source, String named) {
        String message = assertThrows(ChatException.class, () -> new JinjaTemplate(Path.of("config.json"), source, TOKENS, CLOCK)
                .render(List.of(Message.user("x")), true)).getMessage();
        assertTrue(message.startsWith("config.json: ") && message.contains(named) && !message.contains("\n"), message);
    }

    @Test
    void jsonAndDatesAreAsInPython() {
        String source = "{{ {'a': [1, 2.5, true, none], 'b': {}, 'c': 'é\"'} | tojson }}|{{ {'a': [1], 'b': {'c': [] } } | tojson(indent=2) }}"
                + "|{{ strftime_now('%A %d %B %Y, %H:%M:%S %p %j 100%%') }}";
        assertEquals("{\"a\": [1, 2.5, true, null], \"b\": {}, \"c\": \"é\\\"\"}|{\n  \"a\": [\n    1\n  ],\n  \"b\": {\n    \"c\": []\n  }\n}"
                + "|Thursday 05 November 2026, 13:04:09 PM 309 100%",
                new JinjaTemplate(Path.of("x"), source, TOKENS, CLOCK).render(List.of(), false));
    }

    @Test
    void malformedFilesAreNamed() throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": ");
        assertTrue(assertThrows(ChatException.class, () -> ChatTemplate.load(folder, tokenizer(), CLOCK)).getMessage()
                .contains("tokenizer_config.json: not valid JSON"));
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": [{\"name\": \"other\"}]}");
        assertTrue(assertThrows(ChatException.class, () -> ChatTemplate.load(folder, tokenizer(), CLOCK)).getMessage()
                .contains("one is named default"));
    }

    private static Tokenizer tokenizer() {
        return Tokenizer.load(RESOURCES.resolve("tokenizers/gpt2-style"));
    }
}
