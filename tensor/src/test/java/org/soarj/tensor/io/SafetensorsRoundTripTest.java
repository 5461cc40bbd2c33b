package org.soarj.tensor.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import org.soarj.tensor.DType;
import org.soarj.tensor.FloatBytes;
import org.soarj.tensor.Rng;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;

class SafetensorsRoundTripTest {
    private final Path file;

    SafetensorsRoundTripTest() throws IOException {
        this.file = Files.createTempFile("round-trip", ".safetensors");
    }

    @AfterProperty
    void removeFile() throws IOException {
        Files.delete(file);
    }

    @Property(tries = 150)
    void whatIsWrittenIsReadBack(@ForAll("shapes") List<Shape> shapes, @ForAll("storedTypes") DType dtype,
                                 @ForAll long seed) throws IOException {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        for (Shape shape : shapes) {
            Rng rng = Rng.of(seed).split("tensor", tensors.size());
            tensors.put("layer." + tensors.size(), Tensor.gaussian(rng, 100f, shape.toArray()));
        }
        SafetensorsWriter.write(file, tensors, dtype, Map.of("seed", Long.toString(seed)));
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertEquals(tensors.keySet(), read.names());
            assertEquals(Map.of("seed", Long.toString(seed)), read.metadata());
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                Tensor tensor = read.readF32(entry.getKey());
                assertEquals(dtype, read.info(entry.getKey()).dtype());
                assertEquals(entry.getValue().shape(), tensor.shape());
                assertArrayEquals(narrowed(dtype, entry.getValue().toArray()), tensor.toArray());
            }
        }
    }

    @Property(tries = 6)
    void aTensorLargerThanTheBufferIsWrittenWhole(@ForAll("storedTypes") DType dtype) throws IOException {
        Tensor large = Tensor.gaussian(Rng.of(3), 1f, 3, 33_333);
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(Map.of("large", large));
        SafetensorsWriter.write(file, tensors, dtype, Map.of());
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertArrayEquals(narrowed(dtype, large.toArray()), read.readF32("large").toArray());
        }
    }

    @Property(tries = 6)
    void whatLiesPastTheNumbersIsNotWritten(@ForAll("storedTypes") DType dtype) throws IOException {
        float[] longer = new float[Tensor.FIRST + 5];
        Arrays.fill(longer, Float.NaN);
        Tensor start = Tensor.over(longer, Shape.of(3));
        start.copyFrom(Tensor.vector(1, 2, 3));
        SafetensorsWriter.write(file, new LinkedHashMap<>(Map.of("start", start)), dtype, Map.of());
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertArrayEquals(new float[] {1, 2, 3}, read.readF32("start").toArray());
        }
    }

    @Provide
    Arbitrary<List<Shape>> shapes() {
        return Arbitraries.integers().between(0, 6).array(int[].class).ofMaxSize(4).map(Shape::of).list().ofMaxSize(15);
    }

    @Provide
    Arbitrary<DType> storedTypes() {
        return Arbitraries.of(DType.F32, DType.F16, DType.BF16);
    }

    private static float[] narrowed(DType dtype, float[] values) {
        byte[] bytes = new byte[values.length * dtype.bytes()];
        float[] back = new float[values.length];
        FloatBytes.encode(dtype, values, 0, values.length, MemorySegment.ofArray(bytes));
        FloatBytes.decode(dtype, MemorySegment.ofArray(bytes), back, 0, back.length);
        return back;
    }
}
