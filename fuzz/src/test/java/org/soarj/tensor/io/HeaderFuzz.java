package org.soarj.tensor.io;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Any bytes as the header of a safetensors file: a header that holds together, or one line that says why not. */
class HeaderFuzz {
    private static final Path FILE = Path.of("fuzz.safetensors");
    private static final int DATA_BYTES = 16;

    @FuzzTest(maxDuration = "60s")
    void aHeaderHoldsTogetherOrIsRefused(byte[] bytes) {
        Header header;
        try {
            header = HeaderReader.read(FILE, MemorySegment.ofArray(bytes), DATA_BYTES);
        } catch (SafetensorsException refused) {
            if (refused.getMessage().lines().count() != 1 || !refused.getMessage().startsWith(FILE + ": ")) {
                throw new AssertionError("not one line: " + refused.getMessage());
            }
            return;
        }
        long covered = 0;
        for (TensorInfo tensor : header.tensors().values()) {
            long elements = 1;
            for (long size : tensor.shape()) {
                elements = Math.multiplyExact(elements, size);
            }
            if (tensor.begin() != covered || tensor.elements() != elements
                    || elements * tensor.dtype().bytes() != tensor.bytes()) {
                throw new AssertionError("accepted " + tensor + " at " + tensor.begin() + " to " + tensor.end());
            }
            covered = tensor.end();
        }
        if (covered != DATA_BYTES) {
            throw new AssertionError("accepted a header that covers " + covered + " of " + DATA_BYTES + " bytes");
        }
    }
}
