package org.soarj.tensor.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.soarj.tensor.DType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the JSON of a header token by token, so that neither depth nor digits of a hostile one can cost more than its bytes.
 * Fields of a tensor other than the three known ones are skipped, as the reference implementation does.
 */
final class HeaderReader {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A shared table of names would outlive the header.
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Header.MAX_BYTES)
                    .maxNameLength(Header.MAX_BYTES)
                    .build())
            .build();

    private static final List<DType> DTYPES = List.of(DType.values());

    private final Path file;
    private final JsonParser parser;
    private final List<TensorInfo> tensors = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private HeaderReader(Path file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /**
     * The checked header.
     *
     * @param file for messages
     * @param bytes exactly the header
     * @param dataBytes bytes that follow it in the file
     */
    static Header read(Path file, MemorySegment bytes, long dataBytes) throws SafetensorsException {
        if (bytes.byteSize() == 0 || bytes.get(ValueLayout.JAVA_BYTE, 0) != '{') {
            throw new SafetensorsException(file, "the header does not start with '{'; is this a safetensors file?");
        }
        CharBuffer text = decode(file, bytes);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text.array(), 0, text.length())) {
            HeaderReader reader = new HeaderReader(file, parser);
            reader.readHeader();
            reader.requireOnlySpaces(text, (int) parser.currentLocation().getCharOffset());
            return Header.of(file, reader.tensors, reader.metadata, dataBytes);
        } catch (JacksonException notJson) {
            throw new SafetensorsException(file, "the header is not valid JSON: "
                    + notJson.getOriginalMessage().lines().findFirst().orElse("no detail"));
        }
    }

    private static CharBuffer decode(Path file, MemorySegment bytes) throws SafetensorsException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.asByteBuffer());
        } catch (CharacterCodingException notUtf8) {
            throw new SafetensorsException(file, "the header is not UTF-8");
        }
    }

    private void readHeader() throws SafetensorsException {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = unicode(parser.currentName());
            parser.nextToken();
            if (name.equals(Header.METADATA)) {
                readMetadata();
            } else {
                tensors.add(readTensor(name));
            }
        }
    }

    private void readMetadata() throws SafetensorsException {
        require(parser.currentToken() == JsonToken.START_OBJECT, "__metadata__ is not an object of strings");
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = unicode(parser.currentName());
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw new SafetensorsException(file,
                        "__metadata__ " + SafetensorsException.quote(key) + " is not a string");
            }
            metadata.put(key, unicode(parser.getString()));
        }
    }

    private TensorInfo readTensor(String name) throws SafetensorsException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw problem(name, "expected an object");
        }
        DType dtype = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "dtype" -> dtype = readDtype(name);
                case "shape" -> shape = readCounts(name, field);
                case "data_offsets" -> offsets = readCounts(name, field);
                default -> parser.skipChildren();
            }
        }
        if (dtype == null || shape == null || offsets == null) {
            throw problem(name, "lacks " + (dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
        }
        if (offsets.size() != 2 || offsets.getFirst() > offsets.getLast()) {
            throw problem(name, "data_offsets must be [begin, end] with begin <= end");
        }
        TensorInfo info = new TensorInfo(name, dtype, shape, offsets.getFirst(), offsets.getLast());
        requireSize(info);
        return info;
    }

    private DType readDtype(String tensor) throws SafetensorsException {
        String text = parser.getString();
        for (DType dtype : DTYPES) {
            if (dtype.name().equals(text)) {
                return dtype;
            }
        }
        throw problem(tensor, "dtype " + SafetensorsException.quote(text) + " is not one of " + DTYPES);
    }

    private List<Long> readCounts(String tensor, String field) throws SafetensorsException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw problem(tensor, field + " is not a list");
        }
        List<Long> counts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String text = parser.getString();
            // The text tells -0 from 0, and a number too long for 64 bits from one that fits.
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || text.startsWith("-")) {
                throw problem(tensor, field + " holds " + SafetensorsException.quote(text)
                        + ", expected whole numbers from 0 on");
            }
            try {
                counts.add(Long.parseLong(text));
            } catch (NumberFormatException tooLong) {
                throw problem(tensor, field + " holds " + SafetensorsException.quote(text) + ", which is beyond 2^63-1");
            }
        }
        return counts;
    }

    private void requireSize(TensorInfo info) throws SafetensorsException {
        long bytes = info.dtype().bytes();
        try {
            for (long size : info.shape()) {
                bytes = Math.multiplyExact(bytes, size);
            }
        } catch (ArithmeticException overflow) {
            throw problem(info.name(), typeAndShape(info) + " has more bytes than 2^63-1");
        }
        if (bytes != info.bytes()) {
            throw problem(info.name(), typeAndShape(info) + " takes " + bytes + " bytes, data_offsets hold " + info.bytes());
        }
    }

    private static String typeAndShape(TensorInfo info) {
        return info.dtype() + " of shape " + SafetensorsException.quote(info.shape().toString());
    }

    private String unicode(String text) throws SafetensorsException {
        require(Header.isUnicode(text), "the header escapes half a surrogate pair, which is no character");
        return text;
    }

    private void requireOnlySpaces(CharBuffer text, int from) throws SafetensorsException {
        for (int i = from; i < text.length(); i++) {
            require(text.get(i) == ' ', "the header goes on after its JSON object; only spaces may follow");
        }
    }

    private void require(boolean holds, String problem) throws SafetensorsException {
        if (!holds) {
            throw new SafetensorsException(file, problem);
        }
    }

    private SafetensorsException problem(String tensor, String text) {
        return new SafetensorsException(file, "tensor " + SafetensorsException.quote(tensor) + ": " + text);
    }
}
