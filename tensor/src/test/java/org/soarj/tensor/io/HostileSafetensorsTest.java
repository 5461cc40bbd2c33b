package org.soarj.tensor.io;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.soarj.tensor.io.SafetensorsBytes.data;
import static org.soarj.tensor.io.SafetensorsBytes.entry;
import static org.soarj.tensor.io.SafetensorsBytes.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.soarj.tensor.FloatBytes;
import org.soarj.tensor.Rng;

class HostileSafetensorsTest {
    private static final byte[] SIXTEEN = data(16);
    private static final String GOOD = entry("a", "F32", "[4]", "[0,16]");

    @TempDir
    Path folder;

    /** @param says a part of the message that tells this fault from all others */
    record Bad(String name, byte[] bytes, String says) {
        @Override
        public String toString() {
            return name;
        }
    }

    record Good(String name, byte[] bytes, int tensors) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Good> good() {
        return Stream.of(
                new Good("two tensors", withData(entry("a", "F32", "[2]", "[0,8]") + "," + entry("b", "F32", "[2,1]", "[8,16]")), 2),
                new Good("header order is not data order", withData(entry("b", "F32", "[2]", "[8,16]") + "," + entry("a", "F32", "[2]", "[0,8]")), 2),
                new Good("padded with spaces", file("{" + GOOD + "}     ", SIXTEEN), 1),
                new Good("white space inside", file("{ \"a\" :\n{\"dtype\":\"F32\",\"shape\":[ 4 ],\t\"data_offsets\":[0,16]}}", SIXTEEN), 1),
                new Good("rank 0", file("{" + entry("a", "F32", "[]", "[0,4]") + "}", data(4)), 1),
                new Good("a dimension of 0", withData(entry("a", "F32", "[0,7]", "[0,0]") + "," + entry("b", "F32", "[4]", "[0,16]")), 2),
                new Good("a dimension of 0 at the end", withData(entry("b", "F32", "[0]", "[16,16]") + "," + GOOD), 2),
                new Good("only metadata", file("{\"__metadata__\":{\"format\":\"pt\"}}", data(0)), 0),
                new Good("no tensors", file("{}", data(0)), 0),
                new Good("mixed types", file("{" + entry("a", "BF16", "[4]", "[0,8]") + "," + entry("b", "I64", "[1]", "[8,16]")
                        + "," + entry("c", "BOOL", "[3]", "[16,19]") + "}", data(19)), 3),
                new Good("a name beyond ASCII", withData(entry("層.重み\uD83D\uDE00", "U8", "[16]", "[0,16]")), 1),
                new Good("an escaped name", withData(entry("\\u5c64\\n\\\"", "U8", "[16]", "[0,16]")), 1),
                new Good("a long name", withData(entry("n".repeat(200_000), "U8", "[16]", "[0,16]")), 1),
                new Good("long metadata", withData("\"__metadata__\":{\"k\":\"" + "v".repeat(5000) + "\"}," + GOOD), 1),
                new Good("a field that is not known", withData("\"a\":{\"scale\":[[1.5]],\"dtype\":\"U8\",\"shape\":[16],\"data_offsets\":[0,16]}"), 1));
    }

    static Stream<Bad> badLengths() {
        byte[] braces = {'{', '}'};
        return Stream.of(
                new Bad("empty file", data(0), "has 0 bytes"),
                new Bad("seven bytes", data(7), "has 7 bytes"),
                new Bad("length only", file(10, data(0), data(0)), "cut short"),
                new Bad("zero length", file("", data(0)), "does not start with '{'"),
                new Bad("length past the end", file(5000, text("{" + GOOD + "}"), SIXTEEN), "5000 bytes, the file has only"),
                new Bad("length 2^63", file(1L << 63, braces, data(0)), "9223372036854775808"),
                new Bad("length 2^64-1", file(-1, braces, data(0)), "18446744073709551615"),
                new Bad("length over the limit", file(100_000_001, braces, data(0)), "allowed are 100000000"),
                new Bad("length at the limit", file(100_000_000, braces, data(0)), "cut short"),
                new Bad("data cut", file("{" + GOOD + "}", data(9)), "cut short"),
                new Bad("bytes after the data", file("{" + GOOD + "}", data(20)), "bytes follow the last tensor"),
                new Bad("bytes and no tensor", file("{}", data(1)), "bytes follow the last tensor"));
    }

    static Stream<Bad> badJson() {
        byte[] notUtf8 = text("{" + GOOD + "}");
        notUtf8[2] = (byte) 0xff;
        byte[] overlong = text("{\"\u00e9" + GOOD.substring(2) + "}");
        overlong[2] = (byte) 0xc0;
        return Stream.of(
                new Bad("text", file("hello, tensors! ", data(0)), "does not start with '{'"),
                new Bad("array", file("[1,2,3]", data(0)), "does not start with '{'"),
                new Bad("leading space", file("  {" + GOOD + "}", SIXTEEN), "does not start with '{'"),
                new Bad("byte order mark", file("\ufeff{" + GOOD + "}", SIXTEEN), "does not start with '{'"),
                new Bad("UTF-16", file(4, "{}".getBytes(StandardCharsets.UTF_16LE), data(0)), "not valid JSON"),
                new Bad("cut", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_off", SIXTEEN), "not valid JSON"),
                new Bad("cut in a list", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[4,", SIXTEEN), "not valid JSON"),
                new Bad("junk behind", file("{" + GOOD + "}xyz", SIXTEEN), "only spaces may follow"),
                new Bad("second object", file("{" + GOOD + "} {}", SIXTEEN), "only spaces may follow"),
                new Bad("new line behind", file("{" + GOOD + "}\n", SIXTEEN), "only spaces may follow"),
                new Bad("NUL behind", file("{" + GOOD + "}\0", SIXTEEN), "only spaces may follow"),
                new Bad("byte 0xff", file(notUtf8.length, notUtf8, SIXTEEN), "not UTF-8"),
                new Bad("overlong UTF-8", file(overlong.length, overlong, SIXTEEN), "not UTF-8"),
                new Bad("half a surrogate pair", withData(entry("\\ud800", "F32", "[4]", "[0,16]")), "surrogate"),
                new Bad("deep", file("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", data(0)), "expected an object"),
                new Bad("deep where skipped", withData("\"a\":{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"), "not valid JSON"),
                new Bad("comment", withData(GOOD + "/* */"), "not valid JSON"),
                new Bad("trailing comma", withData(GOOD + ","), "not valid JSON"),
                new Bad("duplicate tensor", withData(entry("a", "F32", "[2]", "[0,8]") + "," + entry("a", "F32", "[2]", "[8,16]")), "Duplicate"),
                new Bad("duplicate by escape", withData(entry("a", "F32", "[2]", "[0,8]") + "," + entry("\\u0061", "F32", "[2]", "[8,16]")), "Duplicate"),
                new Bad("duplicate field", withData("\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"shape\":[2],\"data_offsets\":[0,16]}"), "Duplicate"),
                new Bad("duplicate metadata", withData("\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}," + GOOD), "Duplicate"));
    }

    static Stream<Bad> badFields() {
        return Stream.of(
                new Bad("a number", file("{\"a\":7}", SIXTEEN), "'a': expected an object"),
                new Bad("unknown dtype", withData(entry("a", "F33", "[4]", "[0,16]")), "'F33' is not one of [F64, F32,"),
                new Bad("lower-case dtype", withData(entry("a", "f32", "[4]", "[0,16]")), "'f32' is not one of"),
                new Bad("dtype null", withData("\"a\":{\"dtype\":null,\"shape\":[4],\"data_offsets\":[0,16]}"), "'null' is not one of"),
                new Bad("dtype list", withData("\"a\":{\"dtype\":[\"F32\"],\"shape\":[4],\"data_offsets\":[0,16]}"), "is not one of"),
                new Bad("dtype missing", withData("\"a\":{\"shape\":[4],\"data_offsets\":[0,16]}"), "lacks dtype"),
                new Bad("shape missing", withData("\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,16]}"), "lacks shape"),
                new Bad("offsets missing", withData("\"a\":{\"dtype\":\"F32\",\"shape\":[4]}"), "lacks data_offsets"),
                new Bad("one offset", withData(entry("a", "F32", "[4]", "[0]")), "must be [begin, end]"),
                new Bad("three offsets", withData(entry("a", "F32", "[4]", "[0,16,16]")), "must be [begin, end]"),
                new Bad("negative offset", withData(entry("a", "F32", "[4]", "[-16,0]")), "holds '-16'"),
                new Bad("minus zero", withData(entry("a", "F32", "[4]", "[-0,16]")), "holds '-0'"),
                new Bad("reversed offsets", withData(entry("a", "F32", "[4]", "[16,0]")), "must be [begin, end]"),
                new Bad("16.0", withData(entry("a", "F32", "[4]", "[0,16.0]")), "holds '16.0'"),
                new Bad("1e1", withData(entry("a", "F32", "[4]", "[0,1e1]")), "holds '1e1'"),
                new Bad("offsets as text", withData(entry("a", "F32", "[4]", "[\"0\",\"16\"]")), "expected whole numbers"),
                new Bad("400 digits", withData(entry("a", "F32", "[4]", "[0," + "9".repeat(400) + "]")), "beyond 2^63-1"),
                new Bad("100,000 digits", withData(entry("a", "F32", "[4]", "[0," + "9".repeat(100_000) + "]")), "not valid JSON"),
                new Bad("2^63", withData(entry("a", "F32", "[4]", "[0,9223372036854775808]")), "beyond 2^63-1"),
                new Bad("past the end", withData(entry("a", "F32", "[8]", "[0,32]")), "cut short"),
                new Bad("overlap", withData(entry("a", "F32", "[3]", "[0,12]") + "," + entry("b", "F32", "[2]", "[8,16]")), "overlaps"),
                new Bad("same range", withData(GOOD + "," + entry("b", "F32", "[4]", "[0,16]")), "overlaps"),
                new Bad("empty tensor inside another", withData(GOOD + "," + entry("b", "F32", "[0]", "[8,8]")), "overlaps"),
                new Bad("hole", withData(entry("a", "F32", "[1]", "[0,4]") + "," + entry("b", "F32", "[2]", "[8,16]")), "no tensor owns"),
                new Bad("late start", withData(entry("a", "F32", "[3]", "[4,16]")), "no tensor owns"),
                new Bad("size", withData(entry("a", "F32", "[3]", "[0,16]")), "takes 12 bytes, data_offsets hold 16"),
                new Bad("size of dtype", withData(entry("a", "BF16", "[4]", "[0,16]")), "takes 8 bytes, data_offsets hold 16"),
                new Bad("negative dimension", withData(entry("a", "F32", "[-4]", "[0,16]")), "holds '-4'"),
                new Bad("two negatives", withData(entry("a", "F32", "[-2,-2]", "[0,16]")), "holds '-2'"),
                new Bad("wraps to 0", file("{" + entry("a", "F32", "[4294967296,4294967296]", "[0,0]") + "}", data(0)), "more bytes than"),
                new Bad("wraps to fit", withData(entry("a", "F32", "[4611686018427387908]", "[0,16]")), "more bytes than"),
                new Bad("dimension 4.0", withData(entry("a", "F32", "[4.0]", "[0,16]")), "holds '4.0'"),
                new Bad("nested shape", withData(entry("a", "F32", "[[4]]", "[0,16]")), "expected whole numbers"),
                new Bad("shape a number", withData(entry("a", "F32", "4", "[0,16]")), "shape is not a list"),
                new Bad("metadata number", withData("\"__metadata__\":{\"n\":1}," + GOOD), "'n' is not a string"),
                new Bad("metadata list", withData("\"__metadata__\":[\"x\"]," + GOOD), "not an object of strings"),
                new Bad("metadata null", withData("\"__metadata__\":null," + GOOD), "not an object of strings"));
    }

    @ParameterizedTest
    @MethodSource("good")
    void aValidFileOpens(Good valid) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(stored(valid.bytes()))) {
            assertEquals(valid.tensors(), file.names().size());
            for (String name : file.names()) {
                if (FloatBytes.decodes(file.info(name).dtype())) {
                    assertEquals(file.info(name).elements(), file.readF32(name).size());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource({"badLengths", "badJson", "badFields"})
    void anInvalidFileIsRefusedInOneLineThatSaysWhy(Bad invalid) throws IOException {
        Path path = stored(invalid.bytes());
        String message = assertTimeoutPreemptively(Duration.ofMinutes(1),
                () -> assertThrows(SafetensorsException.class, () -> SafetensorsFile.open(path).close()).getMessage());
        assertTrue(message.startsWith(path + ": "), message);
        assertTrue(message.contains(invalid.says()), message);
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.length() < path.toString().length() + 600, "a message of " + message.length());
    }

    @Test
    void everyCutOfAValidFileIsRefused() throws IOException {
        byte[] whole = withData(GOOD);
        for (int length = 0; length < whole.length; length++) {
            Path path = stored(Arrays.copyOf(whole, length));
            assertThrows(SafetensorsException.class, () -> SafetensorsFile.open(path).close());
        }
    }

    @Test
    void noFlippedByteDoesMoreThanRefuse() throws IOException {
        byte[] whole = withData("\"__metadata__\":{\"format\":\"pt\"}," + entry("a", "F32", "[1,2]", "[0,8]") + ","
                + entry("b", "BF16", "[4]", "[8,16]"));
        Rng rng = Rng.of(20);
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = whole.clone();
            for (int flips = 1 + rng.nextInt(3); flips > 0; flips--) {
                bytes[rng.nextInt(bytes.length)] = (byte) rng.nextLong();
            }
            Path path = stored(bytes);
            assertDoesNotThrow(() -> {
                try (SafetensorsFile file = SafetensorsFile.open(path)) {
                    for (String name : file.names()) {
                        if (FloatBytes.decodes(file.info(name).dtype())) {
                            file.readF32(name);
                        }
                    }
                } catch (SafetensorsException refused) {
                    assertEquals(1, refused.getMessage().lines().count(), refused.getMessage());
                }
            }, () -> new String(bytes, StandardCharsets.ISO_8859_1));
        }
    }

    private Path stored(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("case.safetensors"), bytes);
    }

    private static byte[] withData(String entries) {
        return file("{" + entries + "}", SIXTEEN);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
