package org.soarj.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.soarj.tensor.DType;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;

class SafetensorsWriterTest {
    /** Ties, the edges of F16 and BF16, subnormal and special numbers. */
    private static final float[] EDGES = {0f, -0f, 1f, 1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 1 / 3f, -65504f, 65519f, 65520f, 3e38f,
        1e-8f, 6e-8f, 1e-40f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN};

    @TempDir
    Path folder;

    @Test
    void aTinyFileHasExactlyTheseBytes() throws IOException {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("b", Tensor.scalar(2f));
        tensors.put("a", Tensor.vector(1f, -1f));
        byte[] expected = SafetensorsBytes.file("{\"__metadata__\":{\"format\":\"pt\",\"step\":\"7\"},"
                + "\"a\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[4,6]}}  ",
                new byte[] {(byte) 0x80, 0x3f, (byte) 0x80, (byte) 0xbf, 0, 0x40});
        assertArrayEquals(expected, written(tensors, DType.BF16, Map.of("step", "7", "format", "pt")));
    }

    /** The files were written by the Python package safetensors 0.8.0, the narrowing done by NumPy and ml_dtypes. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16"})
    void theReferenceImplementationWritesTheSameBytes(DType dtype) throws IOException {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("\uD83D\uDE00", Tensor.zeros(0, 4));
        tensors.put("\uFF21", Tensor.vector(1 / 3f));
        tensors.put("z.weight", Tensor.of(Shape.of(2, 8), EDGES));
        tensors.put("層.重み", Tensor.scalar(7.5f));
        tensors.put("a.weight", Tensor.vector(0f, -0f, 1f));
        String resource = "/safetensors/reference-" + dtype.name().toLowerCase() + ".safetensors";
        try (InputStream in = SafetensorsWriterTest.class.getResourceAsStream(resource)) {
            assertArrayEquals(in.readAllBytes(), written(tensors, dtype, Map.of("format", "pt")));
        }
    }

    @Test
    void theDataStartsAtAMultipleOfEightBytes() throws IOException {
        for (int length = 1; length <= 8; length++) {
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(Map.of("n".repeat(length), Tensor.zeros(0)));
            assertEquals(0, written(tensors, DType.F32, Map.of()).length % 8);
        }
    }

    @Test
    void aFailedWriteLeavesTheOldFileAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("case.safetensors"), "old");
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("a", Tensor.zeros(100_000));
        Thread.currentThread().interrupt();
        try {
            assertThrows(IOException.class, () -> SafetensorsWriter.write(file, tensors, DType.F32, Map.of()));
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertEquals("old", Files.readString(file));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void whatTheFormatCannotHoldIsRefused() {
        Path file = folder.resolve("case.safetensors");
        assertRefused(file, "__metadata__", "", "the format reserves it");
        assertRefused(file, "half \uD83D", "", "half a surrogate pair");
        assertRefused(file, "a", "\uDE00", "metadata 'note' holds half a surrogate pair");
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class,
                () -> SafetensorsWriter.write(file, new LinkedHashMap<>(), DType.I64, Map.of()));
        assertEquals("write: dtype must be F32, BF16 or F16, got I64", thrown.getMessage());
        assertTrue(Files.notExists(file));
    }

    private static void assertRefused(Path file, String name, String note, String says) {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(Map.of(name, Tensor.scalar(1f)));
        String message = assertThrows(SafetensorsException.class,
                () -> SafetensorsWriter.write(file, tensors, DType.F32, Map.of("note", note))).getMessage();
        assertTrue(message.startsWith(file + ": ") && message.contains(says), message);
    }

    private byte[] written(SequencedMap<String, Tensor> tensors, DType dtype, Map<String, String> metadata)
            throws IOException {
        Path file = folder.resolve("case.safetensors");
        SafetensorsWriter.write(file, tensors, dtype, metadata);
        return Files.readAllBytes(file);
    }
}
