package org.soarj.transformer.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.soarj.transformer.tokenizer.Tokenizer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Turns a conversation into the text that a checkpoint was trained on. */
public sealed interface ChatTemplate permits JinjaTemplate, Llama3Layout {

    /**
     * The text of a conversation. It holds its own special tokens, so it is encoded without adding any.
     *
     * @param addGenerationPrompt whether to add what comes before the assistant's next words
     * @throws ChatException when the template refuses the conversation
     */
    String render(List<Message> messages, boolean addGenerationPrompt);

    /**
     * The template of a model folder, where {@code transformers} looks for it: {@code chat_template.jinja}, else
     * {@code chat_template} of tokenizer_config.json (of several the one named default). A folder without one gets
     * Llama 3's layout if its tokenizer has the tokens for it.
     *
     * @param clock what a template that asks for the date is told
     * @throws ChatException naming the folder, when there is no template and none fits, or it cannot be read
     */
    static ChatTemplate load(Path directory, Tokenizer tokenizer, Clock clock) {
        Path file = directory.resolve("chat_template.jinja");
        Path configFile = directory.resolve("tokenizer_config.json");
        JsonNode config = config(configFile);
        Map<String, Object> specialTokens = specialTokens(config);
        try {
            if (Files.exists(file)) {
                return new JinjaTemplate(file, Files.readString(file), specialTokens, clock);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read", e);
        }
        String source = source(configFile, config.path("chat_template"));
        if (source != null) {
            return new JinjaTemplate(configFile, source, specialTokens, clock);
        }
        if (Llama3Layout.fits(tokenizer)) {
            return new Llama3Layout();
        }
        throw new ChatException(directory + ": has no chat template (chat_template.jinja, or \"chat_template\" in "
                + "tokenizer_config.json), and its tokenizer lacks Llama 3's header tokens; is it a base model? try soar generate");
    }

    private static JsonNode config(Path file) {
        JsonMapper mapper = JsonMapper.builder().build();
        if (Files.notExists(file)) {
            return mapper.createObjectNode();
        }
        try {
            return mapper.readTree(Files.readString(file));
        } catch (JacksonException e) {
            throw new ChatException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read", e);
        }
    }

    private static String source(Path file, JsonNode template) {
        if (template.isMissingNode() || template.isNull()) {
            return null;
        }
        if (template.isString()) {
            return template.stringValue();
        }
        for (JsonNode named : template) {
            if (named.path("name").asString("").equals("default") && named.path("template").isString()) {
                return named.get("template").stringValue();
            }
        }
        throw new ChatException(file + ": \"chat_template\" must be a string, or a list in which one is named default");
    }

    /** What {@code transformers} passes under these names; a token is given as a string, or as an object with its content. */
    private static Map<String, Object> specialTokens(JsonNode config) {
        Map<String, Object> tokens = new LinkedHashMap<>();
        for (String name : List.of("bos_token", "eos_token", "unk_token", "pad_token")) {
            JsonNode token = config.path(name);
            JsonNode content = token.isObject() ? token.path("content") : token;
            if (content.isString()) {
                tokens.put(name, content.stringValue());
            }
        }
        return tokens;
    }
}
