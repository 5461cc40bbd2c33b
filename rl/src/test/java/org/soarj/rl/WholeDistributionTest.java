package org.soarj.rl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Policy gradients are right for samples of the whole distribution only, so nothing in this module may know the generator that
 * can cut it.
 */
class WholeDistributionTest {
    private static final List<String> CUTTING = List.of("org/soarj/transformer/infer/Decoding",
            "org/soarj/transformer/infer/TextGenerator", "org/soarj/transformer/infer/Conversation");

    @Test
    void noRolloutCanBeCut() throws IOException, URISyntaxException {
        assertEquals(List.of(), mentions(CUTTING));
    }

    @Test
    void aMentionIsFound() throws IOException, URISyntaxException {
        assertTrue(mentions(List.of("org/soarj/transformer/infer/Generator"))
                .contains("Policy.class mentions org/soarj/transformer/infer/Generator"));
    }

    private static List<String> mentions(List<String> types) throws IOException, URISyntaxException {
        Path classes = Path.of(Policy.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
                for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
                    for (String type : types) {
                        if (entry instanceof Utf8Entry text && text.stringValue().contains(type)) {
                            found.add(file.getFileName() + " mentions " + type);
                        }
                    }
                }
            }
        }
        return found;
    }
}
