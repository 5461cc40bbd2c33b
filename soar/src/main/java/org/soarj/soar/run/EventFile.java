package org.soarj.soar.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Scalars for TensorBoard: {@code events.out.tfevents.*}.
 *
 * <p>The file is a sequence of TFRecords: length (8 bytes, little-endian), masked CRC-32C of these, data, masked CRC-32C of
 * the data (TensorFlow, core/lib/io/record_writer.cc). The data is an {@code Event} protocol buffer (core/util/event.proto):
 * wall time 1, step 2, file version 3 in the first record, summary 5 with values 1, each a tag 1 and a float 2.
 */
public final class EventFile implements RunLog {
    private static final String PREFIX = "events.out.tfevents.";
    private static final int CRC_MASK = 0xa282ead8;
    /** Wire types of protocol buffers. */
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final AppendFile file;

    private EventFile(AppendFile file) {
        this.file = file;
    }

    /** Continues the event file in {@code folder}, or starts one named by the time and the host. */
    public static EventFile in(Path folder, double now) throws IOException {
        return new EventFile(new AppendFile(existing(folder).orElse(folder.resolve(PREFIX + (long) now + "." + host()))));
    }

    /** Adds the finite ones of these numbers at a step; {@code now} is the wall time in seconds since 1970. */
    public void append(double now, long step, Map<String, Double> scalars) {
        if (file.size() == 0) {
            Message version = new Message().fixed64(1, now).bytes(3, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
            file.write(record(version.toBytes()));
        }
        Message summary = new Message();
        scalars.forEach((tag, value) -> {
            if (Double.isFinite(value)) {
                summary.bytes(1, new Message().bytes(1, tag.getBytes(StandardCharsets.UTF_8)).fixed32(2, value.floatValue())
                        .toBytes());
            }
        });
        file.write(record(new Message().fixed64(1, now).varint(2, step).bytes(5, summary.toBytes()).toBytes()));
    }

    @Override
    public long mark() {
        return file.force();
    }

    @Override
    public void rewind(long mark) {
        file.truncate(mark);
    }

    @Override
    public void close() {
        file.close();
    }

    /** A record as it stands in the file. */
    static byte[] record(byte[] data) {
        byte[] length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(data.length).array();
        return ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES + data.length).order(ByteOrder.LITTLE_ENDIAN)
                .put(length).putInt(maskedCrc(length)).put(data).putInt(maskedCrc(data)).array();
    }

    /** Rotated and shifted, so that the checksum of data that holds checksums is no special case. */
    private static int maskedCrc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }

    private static Optional<Path> existing(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> path.getFileName().toString().startsWith(PREFIX)).min(Path::compareTo);
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    /** The fields of one protocol buffer message, in the order they are added. */
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message varint(int field, long value) {
            key(field, VARINT);
            raw(value);
            return this;
        }

        Message fixed64(int field, double value) {
            key(field, FIXED64);
            out.writeBytes(ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array());
            return this;
        }

        Message fixed32(int field, float value) {
            key(field, FIXED32);
            out.writeBytes(ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
            return this;
        }

        Message bytes(int field, byte[] value) {
            key(field, BYTES);
            raw(value.length);
            out.writeBytes(value);
            return this;
        }

        byte[] toBytes() {
            return out.toByteArray();
        }

        private void key(int field, int type) {
            raw((long) field << 3 | type);
        }

        private void raw(long value) {
            long left = value;
            while ((left & ~0x7fL) != 0) {
                out.write((int) (left & 0x7f | 0x80));
                left >>>= 7;
            }
            out.write((int) left);
        }
    }
}
