package org.soarj.transformer.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * A printable character for each of the 256 bytes, so that a vocabulary of bytes can be written as text (GPT-2's
 * {@code bytes_to_unicode}): printable Latin-1 stands for itself, the other 68 bytes for U+0100 and up, in order.
 */
final class ByteAlphabet {
    private static final char[] CHARACTER_OF_BYTE = new char[256];
    private static final short[] BYTE_OF_CHARACTER = new short[0x100 + 68];

    static {
        java.util.Arrays.fill(BYTE_OF_CHARACTER, (short) -1);
        char next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            char character = printable ? (char) b : next++;
            CHARACTER_OF_BYTE[b] = character;
            BYTE_OF_CHARACTER[character] = (short) b;
        }
    }

    private ByteAlphabet() {}

    /** The UTF-8 bytes of a text, each as its character. */
    static String write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        char[] characters = new char[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            characters[i] = CHARACTER_OF_BYTE[bytes[i] & 0xFF];
        }
        return new String(characters);
    }

    /** The bytes that a token stands for; a token with any other character (a special one) stands for its own UTF-8. */
    static byte[] read(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char character = token.charAt(i);
            if (character >= BYTE_OF_CHARACTER.length || BYTE_OF_CHARACTER[character] < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) BYTE_OF_CHARACTER[character];
        }
        return bytes;
    }
}
