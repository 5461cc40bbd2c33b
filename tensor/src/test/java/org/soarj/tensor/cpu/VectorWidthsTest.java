package org.soarj.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.soarj.tensor.OwnJava;

/** The same bits for vectors of 128, 256 and 512 bits, each tried in a JVM of its own. */
class VectorWidthsTest {

    @Test
    void everyKernelGivesTheSameBitsForEveryWidth() throws IOException, InterruptedException {
        List<String> narrow = digests(128);
        assertTrue(narrow.size() > 20, "too few kernels ran: " + narrow);
        assertEquals(narrow, digests(256));
        assertEquals(narrow, digests(512));
    }

    private static List<String> digests(int bits) throws IOException, InterruptedException {
        List<String> lines = OwnJava.lines(List.of("-Dsoarj.vectorBits=" + bits), KernelDigests.class);
        assertEquals("width " + bits / 32, lines.removeFirst());
        return lines;
    }
}
