package org.soarj.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.soarj.tensor.io.SafetensorsBytes.entry;
import static org.soarj.tensor.io.SafetensorsBytes.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.soarj.tensor.DType;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Tensor;
import org.soarj.tensor.backend.Backend;
import org.soarj.tensor.reference.ReferenceBackend;

/** Tensors that stay in the file's 16 bits. */
class ReadStoredTest {
    @TempDir
    Path folder;

    private Path write(DType dtype, Tensor... tensors) throws IOException {
        Path path = folder.resolve("model.safetensors");
        SequencedMap<String, Tensor> named = new LinkedHashMap<>();
        for (int i = 0; i < tensors.length; i++) {
            named.put("t" + i, tensors[i]);
        }
        SafetensorsWriter.write(path, named, dtype, Map.of());
        return path;
    }

    @ParameterizedTest
    @EnumSource(names = {"BF16", "F16"})
    void aTensorIsReadAsItIsStoredAndOutlivesTheFile(DType dtype) throws IOException {
        Rng rng = Rng.of(3);
        Tensor first = Tensor.gaussian(rng, 1, 3, 5);
        Tensor second = Tensor.gaussian(rng, 1, 7, 5);
        Path path = write(dtype, first, second);
        Tensor stored;
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            stored = file.readStored("t1");
            assertEquals(stored.shape(), file.readF32("t1").shape());
            assertArrayEquals(file.readF32("t1").toArray(), stored.to(DType.F32).toArray());
        }
        Files.delete(path);
        assertEquals(dtype, stored.dtype());
        assertArrayEquals(second.to(dtype).to(DType.F32).toArray(), stored.to(DType.F32).toArray());
        Tensor product = Tensor.zeros(3, 7);
        try (Backend backend = new ReferenceBackend()) {
            backend.matmul(first, false, stored, true, 1, 0, product);
            Tensor expected = Tensor.zeros(3, 7);
            backend.matmul(first, false, stored.to(DType.F32), true, 1, 0, expected);
            assertArrayEquals(expected.toArray(), product.toArray());
        }
    }

    @Test
    void aStoredTensorIsWrittenInEitherType() throws IOException {
        Tensor numbers = Tensor.gaussian(Rng.of(3), 1, 40, 900);
        try (SafetensorsFile file = SafetensorsFile.open(write(DType.BF16, numbers.to(DType.BF16)))) {
            assertArrayEquals(numbers.to(DType.BF16).to(DType.F32).toArray(), file.readF32("t0").toArray());
        }
        try (SafetensorsFile file = SafetensorsFile.open(write(DType.F32, numbers.to(DType.F16)))) {
            assertArrayEquals(numbers.to(DType.F16).to(DType.F32).toArray(), file.readF32("t0").toArray());
        }
    }

    @Test
    void numbersAtAnOddByteAndNoNumbersAreRead() throws IOException {
        Path path = folder.resolve("odd.safetensors");
        Files.write(path, file("{" + entry("a", "BOOL", "[1]", "[0,1]") + "," + entry("b", "BF16", "[0,2]", "[1,1]") + ","
                + entry("c", "BF16", "[2]", "[1,5]") + "}", new byte[] {1, 0, 0x40, (byte) 0x80, (byte) 0xbf}));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertArrayEquals(new float[] {2, -1}, file.readStored("c").to(DType.F32).toArray());
            assertEquals(0, file.readStored("b").size());
        }
    }

    @Test
    void otherTypesAndClosedFilesAreRefused() throws IOException {
        Path path = write(DType.F32, Tensor.zeros(2));
        SafetensorsFile file = SafetensorsFile.open(path);
        assertEquals(path + ": tensor 't0' is F32; only BF16 and F16 can be kept as they are stored, use readF32",
                assertThrows(SafetensorsException.class, () -> file.readStored("t0")).getMessage());
        file.close();
        Path halves = write(DType.F16, Tensor.zeros(2));
        SafetensorsFile closed = SafetensorsFile.open(halves);
        closed.close();
        assertEquals(halves + ": readStored after close; keep the file open while reading",
                assertThrows(IllegalStateException.class, () -> closed.readStored("t0")).getMessage());
    }
}
