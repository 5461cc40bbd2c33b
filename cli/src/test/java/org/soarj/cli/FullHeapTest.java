package org.soarj.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A command that needs more than Java's heap. */
class FullHeapTest {
    @Test
    void aFullHeapIsOneLineWithTheRemedy() throws IOException, InterruptedException {
        CommandRun.inOwnJava(List.of("-Xmx96m"), Map.of(), "bench", "train", "--size", "large", "--threads", "1")
                .assertRefused(1, "out of memory (Java heap space; this Java may take");
    }
}
