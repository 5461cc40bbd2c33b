package org.soarj.transformer.tokenizer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Any bytes as a tokenizer.json: a tokenizer that encodes and decodes, or one line that says why not. */
class TokenizerFuzz {
    private static final String TEXT = "What is 6·7? 42!\n\ud83d\ude00 e\u0301";

    private final Path folder;

    TokenizerFuzz() throws IOException {
        folder = Files.createTempDirectory("soarj-fuzz");
        folder.toFile().deleteOnExit();
        folder.resolve("tokenizer.json").toFile().deleteOnExit();
    }

    @FuzzTest(maxDuration = "60s")
    void aTokenizerWorksOrIsRefused(byte[] bytes) throws IOException {
        Files.write(folder.resolve("tokenizer.json"), bytes);
        try {
            Tokenizer tokenizer = Tokenizer.load(folder);
            int[] ids = tokenizer.encode(TEXT, true);
            tokenizer.decode(ids, false);
            tokenizer.decode(ids, true);
        } catch (TokenizerException refused) {
            if (refused.getMessage().lines().count() != 1) {
                throw new AssertionError("not one line: " + refused.getMessage(), refused);
            }
        }
    }
}
