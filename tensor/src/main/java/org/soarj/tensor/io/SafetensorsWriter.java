package org.soarj.tensor.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.soarj.tensor.DType;
import org.soarj.tensor.FloatBytes;
import org.soarj.tensor.Tensor;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes safetensors files, whole or not at all, with the bytes that the reference implementation would write.
 *
 * <p>The reference orders tensors by descending size of their type, then by the UTF-8 bytes of their name, and pads the
 * header with spaces to a multiple of 8 bytes, so that every tensor is aligned; with one type for all, names alone decide.
 * The order given does not matter. Metadata keys are sorted, so equal tensors make equal files.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;
    private static final int BUFFER_BYTES = 1 << 16;

    private SafetensorsWriter() {}

    /**
     * Writes all tensors to {@code file}, narrowing as {@link FloatBytes} does.
     *
     * @param dtype stored type: F32, BF16 or F16
     * @param metadata strings for {@code __metadata__}; left out when empty; Hugging Face looks for {@code format: pt}
     * @throws IllegalArgumentException when the type is another one
     * @throws SafetensorsException when a name cannot be stored, or the header is longer than readers allow
     * @throws IOException when the disk says no; a file that was there before is then unchanged
     */
    public static void write(Path file, SequencedMap<String, Tensor> tensors, DType dtype, Map<String, String> metadata)
            throws IOException {
        if (!FloatBytes.encodes(dtype)) {
            throw new IllegalArgumentException("write: dtype must be F32, BF16 or F16, got " + dtype);
        }
        requireStorable(file, tensors.keySet(), metadata);
        List<Map.Entry<String, Tensor>> ordered = new ArrayList<>(tensors.entrySet());
        ordered.sort(Map.Entry.comparingByKey(
                Comparator.comparing(name -> name.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned)));
        byte[] header = header(ordered, dtype, metadata);
        if (header.length > Header.MAX_BYTES) {
            throw new SafetensorsException(file, "the header would take " + header.length + " bytes, readers allow "
                    + Header.MAX_BYTES + "; split the tensors over several files");
        }
        AtomicFiles.write(file, out -> {
            out.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
            out.write(header);
            for (Map.Entry<String, Tensor> entry : ordered) {
                writeData(entry.getValue(), dtype, out);
            }
        });
    }

    private static void requireStorable(Path file, Iterable<String> names, Map<String, String> metadata)
            throws SafetensorsException {
        for (String name : names) {
            if (name.equals(Header.METADATA) || !Header.isUnicode(name)) {
                throw new SafetensorsException(file, "no tensor can be named " + SafetensorsException.quote(name)
                        + (name.equals(Header.METADATA) ? ": the format reserves it" : ": half a surrogate pair"));
            }
        }
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            if (!Header.isUnicode(entry.getKey() + "\0" + entry.getValue())) {
                throw new SafetensorsException(file, "metadata " + SafetensorsException.quote(entry.getKey())
                        + " holds half a surrogate pair");
            }
        }
    }

    private static byte[] header(List<Map.Entry<String, Tensor>> tensors, DType dtype, Map<String, String> metadata) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeName(Header.METADATA);
                json.writeStartObject();
                new TreeMap<>(metadata).forEach(json::writeStringProperty);
                json.writeEndObject();
            }
            long begin = 0;
            for (Map.Entry<String, Tensor> entry : tensors) {
                Tensor tensor = entry.getValue();
                long end = begin + (long) tensor.size() * dtype.bytes();
                int[] shape = tensor.shape().toArray();
                json.writeName(entry.getKey());
                json.writeStartObject();
                json.writeStringProperty("dtype", dtype.name());
                json.writeName("shape");
                json.writeArray(shape, 0, shape.length);
                json.writeName("data_offsets");
                json.writeArray(new long[] {begin, end}, 0, 2);
                json.writeEndObject();
                begin = end;
            }
            json.writeEndObject();
        }
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }

    /** In pieces, so that neither a large tensor nor one stored in 16 bits is copied as a whole. */
    private static void writeData(Tensor tensor, DType dtype, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        MemorySegment target = MemorySegment.ofArray(buffer);
        boolean stored = tensor.dtype() != DType.F32;
        int step = BUFFER_BYTES / Math.max(dtype.bytes(), tensor.dtype().bytes());
        float[] piece = new float[stored ? step : 0];
        for (int from = 0; from < tensor.size(); from += step) {
            int count = Math.min(step, tensor.size() - from);
            if (!stored) {
                FloatBytes.encode(dtype, tensor.data(), Tensor.FIRST + from, count, target);
            } else {
                MemorySegment bits = tensor.bits().asSlice((long) from * tensor.dtype().bytes(),
                        (long) count * tensor.dtype().bytes());
                if (tensor.dtype() == dtype) {
                    target.copyFrom(bits);
                } else {
                    FloatBytes.decode(tensor.dtype(), bits, piece, 0, count);
                    FloatBytes.encode(dtype, piece, 0, count, target);
                }
            }
            out.write(buffer, 0, count * dtype.bytes());
        }
    }
}
