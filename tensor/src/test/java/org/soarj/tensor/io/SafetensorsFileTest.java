package org.soarj.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.soarj.tensor.io.SafetensorsBytes.data;
import static org.soarj.tensor.io.SafetensorsBytes.entry;
import static org.soarj.tensor.io.SafetensorsBytes.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.soarj.tensor.DType;
import org.soarj.tensor.Shape;

class SafetensorsFileTest {
    @TempDir
    Path folder;

    @Test
    void namesComeInTheOrderOfTheirData() throws IOException {
        String header = "{\"__metadata__\":{\"format\":\"pt\"}," + entry("b", "I64", "[1]", "[8,16]") + ","
                + entry("c", "U8", "[2,3]", "[16,22]") + "," + entry("a", "F32", "[2]", "[0,8]") + "}";
        try (SafetensorsFile file = SafetensorsFile.open(stored(file(header, data(22))))) {
            assertEquals(List.of("a", "b", "c"), List.copyOf(file.names()));
            assertEquals(Map.of("format", "pt"), file.metadata());
            TensorInfo info = file.info("c");
            assertEquals(new TensorInfo("c", DType.U8, List.of(2L, 3L), 16, 22), info);
            assertEquals(6, info.elements());
            assertEquals("c U8 [2, 3]", info.toString());
            assertEquals(1, file.info("b").elements());
        }
    }

    @Test
    void doublesAreReadAsTheNearestFloats() throws IOException {
        byte[] doubles = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(0.1).putDouble(-3).putDouble(1e300).putDouble(Double.NaN).array();
        Path path = stored(file("{" + entry("a", "F64", "[2,2]", "[0,32]") + "}", doubles));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertArrayEquals(new float[] {0.1f, -3f, Float.POSITIVE_INFINITY, Float.NaN}, file.readF32("a").toArray());
            assertEquals(Shape.of(2, 2), file.readF32("a").shape());
        }
    }

    @Test
    void aNumberThatStartsAtAnOddByteIsRead() throws IOException {
        byte[] bytes = ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN).put((byte) 1).putFloat(2.5f).array();
        String header = "{" + entry("a", "BOOL", "[1]", "[0,1]") + "," + entry("b", "F32", "[]", "[1,5]") + "}";
        try (SafetensorsFile file = SafetensorsFile.open(stored(file(header, bytes)))) {
            assertEquals(2.5f, file.readF32("b").item());
        }
    }

    @Test
    void dataBeyondFourGibibytesIsReached() throws IOException {
        long far = 5L << 30;
        String header = "{" + entry("big", "U8", "[5," + (1 << 30) + "]", "[0," + far + "]") + ","
                + entry("floats", "F32", "[2]", "[" + far + "," + (far + 8) + "]") + "}";
        byte[] start = file(header, data(0));
        Path path = stored(start);
        // Never written in between, so the file takes no space.
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            ByteBuffer floats = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1f).putFloat(2f).flip();
            channel.write(floats, start.length + far);
        }
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertArrayEquals(new float[] {1f, 2f}, file.readF32("floats").toArray());
            assertEquals(far, file.info("big").elements());
        }
    }

    @Test
    void whatCannotBeReadIsRefusedWithAReason() throws IOException {
        Path path = stored(file("{" + entry("a", "I64", "[2]", "[0,16]") + ","
                + entry("b", "F32", "[0,3000000000]", "[16,16]") + "}", data(16)));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertMessage(path + ": tensor 'a' is I64; only F32, F16, BF16 and F64 can be read as floats",
                    () -> file.readF32("a"));
            assertMessage(path + ": tensor 'b' of shape [0, 3000000000] has more elements than a tensor can hold "
                    + "(2^31-21)", () -> file.readF32("b"));
            assertMessage(path + ": has no tensor 'c' among its 2; names() lists them", () -> file.info("c"));
            assertThrows(UnsupportedOperationException.class, () -> file.names().remove("a"));
        }
    }

    @Test
    void aFileThatIsNoneIsNamed() {
        Path missing = folder.resolve("missing.safetensors");
        assertMessage(missing + ": no such file", () -> SafetensorsFile.open(missing));
        assertMessage(folder + ": is not a regular file", () -> SafetensorsFile.open(folder));
    }

    @Test
    void readingAfterCloseSaysSo() throws IOException {
        SafetensorsFile file = SafetensorsFile.open(stored(file("{" + entry("a", "F32", "[4]", "[0,16]") + "}", data(16))));
        file.close();
        file.close();
        String message = assertThrows(IllegalStateException.class, () -> file.readF32("a")).getMessage();
        assertTrue(message.contains("after close"), message);
    }

    private static void assertMessage(String expected, Executable call) {
        assertEquals(expected, assertThrows(SafetensorsException.class, call).getMessage());
    }

    private Path stored(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("case.safetensors"), bytes);
    }
}
