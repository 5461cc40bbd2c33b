package org.soarj.tensor.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SequencedSet;
import org.soarj.tensor.DType;
import org.soarj.tensor.FloatBytes;
import org.soarj.tensor.Shape;
import org.soarj.tensor.Tensor;

/**
 * A safetensors file, mapped into memory: opening reads and checks the header, each tensor is read when asked for.
 *
 * <p>Strict: keys are unique, shapes, types and ranges agree, and the ranges cover the data without holes or overlaps, so
 * an open file has been checked as a whole. Threads may read at the same time. Nobody may shorten the file while it is
 * open: the operating system answers a read past the new end with an error that Java cannot turn into an exception here.
 */
public final class SafetensorsFile implements AutoCloseable {
    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final Arena arena;
    private final FileChannel channel;
    private final Header header;
    private final MemorySegment data;
    /** The byte of the file that {@link #data} starts with. */
    private final long dataStart;

    private SafetensorsFile(Path file, Arena arena) throws IOException {
        this.file = file;
        this.arena = arena;
        channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            long fileBytes = channel.size();
            if (fileBytes < LENGTH.byteSize()) {
                throw new SafetensorsException(file, "has " + fileBytes
                        + " bytes, expected at least the 8 of the header's length");
            }
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, fileBytes, arena);
            MemorySegment afterLength = bytes.asSlice(LENGTH.byteSize());
            long headerBytes = headerBytes(bytes.get(LENGTH, 0), afterLength.byteSize());
            this.data = afterLength.asSlice(headerBytes);
            this.dataStart = LENGTH.byteSize() + headerBytes;
            this.header = HeaderReader.read(file, afterLength.asSlice(0, headerBytes), data.byteSize());
        } catch (Throwable invalid) {
            channel.close();
            throw invalid;
        }
    }

    private long headerBytes(long length, long available) throws SafetensorsException {
        if (Long.compareUnsigned(length, Header.MAX_BYTES) > 0) {
            throw new SafetensorsException(file, "the header's length is " + Long.toUnsignedString(length)
                    + " bytes, allowed are " + Header.MAX_BYTES + "; is this a safetensors file?");
        }
        if (length > available) {
            throw new SafetensorsException(file, "the header's length is " + length + " bytes, the file has only "
                    + available + " more: it is cut short");
        }
        return length;
    }

    /**
     * Opens and checks a file; close it to unmap it.
     *
     * @throws SafetensorsException when it is not there or not valid; one line says why
     * @throws IOException when it cannot be read
     */
    public static SafetensorsFile open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new SafetensorsException(file, Files.exists(file) ? "is not a regular file" : "no such file");
        }
        Arena arena = Arena.ofShared();
        try {
            return new SafetensorsFile(file, arena);
        } catch (Throwable invalid) {
            arena.close();
            throw invalid;
        }
    }

    /** Names of all tensors, in the order of their data. */
    public SequencedSet<String> names() {
        return header.tensors().sequencedKeySet();
    }

    /**
     * Type, shape and place of a tensor.
     *
     * @throws SafetensorsException when there is none of this name
     */
    public TensorInfo info(String name) throws SafetensorsException {
        TensorInfo info = header.tensors().get(name);
        if (info == null) {
            throw new SafetensorsException(file, "has no tensor " + SafetensorsException.quote(name) + " among its "
                    + header.tensors().size() + "; names() lists them");
        }
        return info;
    }

    /** The strings under {@code __metadata__}; empty when there are none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * A copy of a tensor as floats. F32, F16 and BF16 convert exactly, F64 to the nearest float.
     *
     * @throws SafetensorsException when there is none of this name, its type is another, or it has more elements than a
     *     tensor can hold
     * @throws IllegalStateException after {@link #close}
     */
    public Tensor readF32(String name) throws SafetensorsException {
        TensorInfo info = info(name);
        if (!FloatBytes.decodes(info.dtype())) {
            throw new SafetensorsException(file, "tensor " + SafetensorsException.quote(name) + " is " + info.dtype()
                    + "; only F32, F16, BF16 and F64 can be read as floats");
        }
        requireOpen("readF32");
        Shape shape = shape(info);
        Tensor tensor = Tensor.zeros(shape);
        FloatBytes.decode(info.dtype(), data.asSlice(info.begin(), info.bytes()), tensor.data(), Tensor.FIRST, shape.size());
        return tensor;
    }

    /**
     * A BF16 or F16 tensor in its 16 bits: nothing is copied, its pages are read from disk when they are first used, and they
     * stay mapped for as long as the tensor is in use, also after {@link #close}.
     *
     * @throws SafetensorsException when there is none of this name, its type is another, or it has more elements than a
     *     tensor can hold
     * @throws IOException when the file cannot be mapped
     * @throws IllegalStateException after {@link #close}
     */
    public Tensor readStored(String name) throws IOException {
        TensorInfo info = info(name);
        if (info.dtype() != DType.BF16 && info.dtype() != DType.F16) {
            throw new SafetensorsException(file, "tensor " + SafetensorsException.quote(name) + " is " + info.dtype()
                    + "; only BF16 and F16 can be kept as they are stored, use readF32");
        }
        requireOpen("readStored");
        Shape shape = shape(info);
        return Tensor.stored(shape, info.dtype(),
                channel.map(FileChannel.MapMode.READ_ONLY, dataStart + info.begin(), info.bytes(), Arena.ofAuto()));
    }

    private void requireOpen(String call) {
        if (!arena.scope().isAlive()) {
            throw new IllegalStateException(file + ": " + call + " after close; keep the file open while reading");
        }
    }

    private Shape shape(TensorInfo info) throws SafetensorsException {
        try {
            return Shape.of(info.shape().stream().mapToInt(Math::toIntExact).toArray());
        } catch (ArithmeticException | IllegalArgumentException tooLarge) {
            throw new SafetensorsException(file, "tensor " + SafetensorsException.quote(info.name()) + " of shape "
                    + info.shape() + " has more elements than a tensor can hold (2^31-21)");
        }
    }

    /** Unmaps the file, except what {@link #readStored} mapped; does nothing the second time. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            try {
                channel.close();
            } catch (IOException cannotClose) {
                throw new UncheckedIOException(cannotClose);
            }
        }
    }
}
