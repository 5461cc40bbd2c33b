package org.soarj.tensor.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A header that holds together: the tensors cover the data exactly, one after the other.
 *
 * @param tensors by name, in the order of their data
 * @param metadata the strings under {@code __metadata__}
 */
record Header(SequencedMap<String, TensorInfo> tensors, Map<String, String> metadata) {
    /** Longest header in bytes that the reference implementation reads. */
    static final int MAX_BYTES = 100_000_000;

    /** The key that is no tensor. */
    static final String METADATA = "__metadata__";

    Header {
        tensors = Collections.unmodifiableSequencedMap(tensors);
        metadata = Collections.unmodifiableMap(metadata);
    }

    /**
     * The header of these tensors, whose names are distinct and whose ranges fit their shapes.
     *
     * @throws SafetensorsException when the ranges leave a hole, overlap, or end before or after the data does
     */
    static Header of(Path file, List<TensorInfo> tensors, Map<String, String> metadata, long dataBytes)
            throws SafetensorsException {
        List<TensorInfo> ordered = new ArrayList<>(tensors);
        ordered.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
        SequencedMap<String, TensorInfo> byName = new LinkedHashMap<>();
        long covered = 0;
        for (TensorInfo tensor : ordered) {
            if (tensor.begin() != covered) {
                throw new SafetensorsException(file, "tensor " + SafetensorsException.quote(tensor.name())
                        + " begins at byte " + tensor.begin() + " of the data, expected " + covered
                        + (tensor.begin() < covered ? ": it overlaps the one before"
                                : ": no tensor owns the bytes between"));
            }
            covered = tensor.end();
            byName.put(tensor.name(), tensor);
        }
        if (covered != dataBytes) {
            throw new SafetensorsException(file, "the tensors end at byte " + covered + " of the data, the file holds "
                    + dataBytes + (covered > dataBytes ? ": it is cut short" : ": bytes follow the last tensor"));
        }
        return new Header(byName, metadata);
    }

    /** Whether the text can be stored as UTF-8, which half a surrogate pair cannot. */
    static boolean isUnicode(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
