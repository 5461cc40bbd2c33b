package org.soarj.transformer.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A chat template as checkpoints bring it, rendered as {@code transformers} does: Jinja with trim_blocks and lstrip_blocks, no
 * escaping, and the functions raise_exception, strftime_now and tojson.
 *
 * <p>Jinjava does the work. What it does differently without a word is refused here; what it does not know it reports.
 */
final class JinjaTemplate implements ChatTemplate {
    /** The method; Java's own of that name leaves some white space. */
    private static final Pattern STRIP = Pattern.compile("\\.strip\\(\\)(?![.\\[])");
    private static final String CLOCK = "soarj_clock";
    private static final String DATE_FUNCTION = "strftime_now";

    private final Path file;
    private final String source;
    private final Map<String, Object> specialTokens;
    private final Clock clock;
    private final Jinjava jinjava = new Jinjava(JinjavaConfig.newBuilder()
            .withTrimBlocks(true)
            .withLstripBlocks(true)
            .withNestedInterpretationEnabled(false)
            .withLegacyOverrides(LegacyOverrides.newBuilder()
                    .withParseWhitespaceControlStrictly(true)
                    .withUseTrimmingForNotesAndExpressions(true)
                    .withUseSnakeCasePropertyNaming(true)
                    .withKeepNullableLoopValues(true)
                    .withAllowAdjacentTextNodes(true)
                    .withUseNaturalOperatorPrecedence(true)
                    .build())
            .build());

    /**
     * @param file where the template came from, for complaints
     * @param specialTokens bos_token and its like, as variables
     * @throws ChatException when the template asks for something that would be rendered wrongly
     */
    JinjaTemplate(Path file, String source, Map<String, Object> specialTokens, Clock clock) {
        this.file = file;
        this.source = STRIP.matcher(source).replaceAll("|trim");
        this.specialTokens = Map.copyOf(specialTokens);
        this.clock = clock;
        jinjava.getGlobalContext().registerFilter(new PythonJson());
        jinjava.getGlobalContext().registerFilter(new PythonTrim());
        jinjava.getGlobalContext().registerFunction(
                new ELFunctionDefinition("", "raise_exception", JinjaTemplate.class, "refuse", String.class));
        jinjava.getGlobalContext().registerFunction(
                new ELFunctionDefinition("", DATE_FUNCTION, JinjaTemplate.class, "date", String.class));
        String complaint = TemplateCheck.complaint(source, jinjava.getGlobalContext());
        if (complaint != null) {
            throw new ChatException(file + ": chat template " + complaint);
        }
    }

    @Override
    public String render(List<Message> messages, boolean addGenerationPrompt) {
        Map<String, Object> variables = new HashMap<>(specialTokens);
        variables.put("messages", messages.stream().map(JinjaTemplate::map).toList());
        variables.put("add_generation_prompt", addGenerationPrompt);
        variables.put(CLOCK, clock);
        // Templates ask whether the function is defined, which Jinjava answers for variables alone.
        variables.put(DATE_FUNCTION, true);
        RenderResult result = jinjava.renderForResult(source, variables);
        if (!result.getErrors().isEmpty()) {
            throw failure(result.getErrors().getFirst());
        }
        return result.getOutput();
    }

    private static Map<String, String> map(Message message) {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("role", message.role());
        map.put("content", message.content());
        return map;
    }

    private ChatException failure(TemplateError error) {
        for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ChatException) {
                return new ChatException(file + ": " + cause.getMessage(), error.getException());
            }
        }
        return new ChatException(file + ": chat template, line " + error.getLineno() + ": " + error.getMessage(),
                error.getException());
    }

    /** The template's {@code raise_exception(message)}; public because Jinjava calls it. */
    public static String refuse(String message) {
        throw new ChatException("the chat template refuses this conversation: " + message);
    }

    /** The template's {@code strftime_now(format)}; public because Jinjava calls it. */
    public static String date(String format) {
        Object clock = JinjavaInterpreter.getCurrent().getContext().get(CLOCK);
        return Strftime.format(ZonedDateTime.now((Clock) clock), format);
    }
}
