package org.soarj.transformer.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.soarj.transformer.tokenizer.CharacterTokenizer;
import org.soarj.transformer.tokenizer.Tokenizer;

class ExampleFileTest {
    private static final Path TOKENIZERS = Path.of("src/test/resources/tokenizers");

    @TempDir
    private Path folder;

    private Tokenizer tokenizer;

    @BeforeEach
    void writeTokenizer() {
        CharacterTokenizer.write(folder, "0123456789+= ", "<s>", "</s>", "<pad>");
        tokenizer = Tokenizer.load(folder);
    }

    private List<Example> read(String text) throws IOException {
        return ExampleFile.read(Files.writeString(folder.resolve("data.jsonl"), text), tokenizer, 1);
    }

    @Test
    void theCompletionIsLearnedAndThePromptGiven() throws IOException {
        List<Example> examples = read("{\"prompt\": \"1+1=\", \"completion\": \"2\", \"note\": 7}\n\n{\"text\": \"34\"}\n");
        assertEquals(2, examples.size());
        assertArrayEquals(new int[] {0, 4, 13, 4, 14, 5, 1}, examples.get(0).ids());
        assertEquals(5, examples.get(0).given());
        assertEquals(2, examples.get(0).targets());
        assertArrayEquals(new int[] {0, 6, 7, 1}, examples.get(1).ids());
        assertEquals(1, examples.get(1).given());
    }

    @Test
    void aZippedFileIsReadWhateverItsName() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write("{\"prompt\": \"1\", \"completion\": \"2\"}".getBytes(StandardCharsets.UTF_8));
        }
        Path file = Files.write(folder.resolve("data.jsonl"), bytes.toByteArray());
        assertEquals(1, ExampleFile.read(file, tokenizer, 1).size());
        Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() - 12));
        String message = assertThrows(IOException.class, () -> ExampleFile.read(file, tokenizer, 1)).getMessage();
        assertTrue(message.startsWith(file + ": cannot be read"), message);
    }

    /** The ids of the prompt are those that the model will be asked with. */
    @ParameterizedTest
    @CsvSource({"llama3-style", "llama2-style", "gpt2-style", "smollm2-style"})
    void thePromptHasTheIdsThatItHasWhenAsked(String style) throws IOException {
        Tokenizer real = Tokenizer.load(TOKENIZERS.resolve(style));
        Path file = Files.writeString(folder.resolve("data.jsonl"),
                "{\"prompt\": \"What is 2 + 2?\", \"completion\": \" Four.\"}");
        Example example = ExampleFile.read(file, real, 2).getFirst();
        int[] asked = real.encode("What is 2 + 2?", true);
        assertArrayEquals(asked, Arrays.copyOf(example.ids(), example.given()));
        assertEquals(2, example.ids()[example.ids().length - 1]);
        assertTrue(example.targets() > 1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {"prompt": "1"}                                  | completion must be a string, got nothing
            {"prompt": 1, "completion": "2"}                 | prompt must be a string, got NUMBER
            {"prompt": "1", "completion": "2", "text": "3"}  | either fields
            {"question": "1"}                                | either fields
            [1]                                              | a JSON object was expected
            {"prompt": "1                                    | not valid JSON
            """)
    void whatIsNoExampleIsNamedByLine(String line, String named) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> read("{\"text\": \"1\"}\n" + line + "\n")).getMessage();
        assertTrue(message.startsWith(folder.resolve("data.jsonl") + ":2: ") && message.contains(named), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void anEmptyFileAndBytesThatAreNoTextAreRefused() throws IOException {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> read("\n")).getMessage().contains("no example"));
        Path file = Files.write(folder.resolve("data.jsonl"), new byte[] {'{', (byte) 0xff, '}'});
        assertTrue(assertThrows(IOException.class, () -> ExampleFile.read(file, tokenizer, 1)).getMessage().endsWith("is not UTF-8 text"));
    }
}
