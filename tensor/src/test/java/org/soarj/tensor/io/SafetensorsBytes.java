package org.soarj.tensor.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds the raw bytes of safetensors files, right ones and wrong ones. */
final class SafetensorsBytes {
    private SafetensorsBytes() {}

    /** The header's true length, the header, the data. */
    static byte[] file(String header, byte[] data) {
        byte[] utf8 = header.getBytes(StandardCharsets.UTF_8);
        return file(utf8.length, utf8, data);
    }

    /** Any length, any header, the data. */
    static byte[] file(long length, byte[] header, byte[] data) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
        bytes.writeBytes(header);
        bytes.writeBytes(data);
        return bytes.toByteArray();
    }

    /** One tensor's entry in a header; shape and offsets as they stand in the JSON. */
    static String entry(String name, String dtype, String shape, String offsets) {
        return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
    }

    /** Bytes 0, 1, 2 and so on. */
    static byte[] data(int count) {
        byte[] data = new byte[count];
        for (int i = 0; i < count; i++) {
            data[i] = (byte) i;
        }
        return data;
    }
}
