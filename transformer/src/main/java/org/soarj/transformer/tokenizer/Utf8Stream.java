package org.soarj.transformer.tokenizer;

/**
 * UTF-8 decoding that may stop anywhere in a character. Each maximal invalid stretch becomes one U+FFFD, as in Rust's
 * {@code from_utf8_lossy} and the WHATWG Encoding Standard (sec. 8.1.1); Java's own decoder counts otherwise for
 * encoded surrogates.
 */
final class Utf8Stream {
    private int codePoint;
    private int missing;
    private int lowest = 0x80;
    private int highest = 0xBF;

    /** The characters that these bytes complete. */
    String accept(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length);
        for (byte signed : bytes) {
            int b = signed & 0xFF;
            if (missing > 0 && (b < lowest || b > highest)) {
                out.append(finish());
            }
            if (missing == 0) {
                begin(b, out);
            } else {
                codePoint = codePoint << 6 | b & 0x3F;
                lowest = 0x80;
                highest = 0xBF;
                if (--missing == 0) {
                    out.appendCodePoint(codePoint);
                }
            }
        }
        return out.toString();
    }

    /** U+FFFD when a character is left incomplete. */
    String finish() {
        boolean incomplete = missing > 0;
        missing = 0;
        lowest = 0x80;
        highest = 0xBF;
        return incomplete ? "\uFFFD" : "";
    }

    private void begin(int b, StringBuilder out) {
        if (b < 0x80) {
            out.append((char) b);
        } else if (b >= 0xC2 && b <= 0xDF) {
            expect(1, b & 0x1F);
        } else if (b >= 0xE0 && b <= 0xEF) {
            expect(2, b & 0x0F);
            lowest = b == 0xE0 ? 0xA0 : 0x80;
            highest = b == 0xED ? 0x9F : 0xBF;
        } else if (b >= 0xF0 && b <= 0xF4) {
            expect(3, b & 0x07);
            lowest = b == 0xF0 ? 0x90 : 0x80;
            highest = b == 0xF4 ? 0x8F : 0xBF;
        } else {
            out.append('\uFFFD');
        }
    }

    private void expect(int count, int leadingBits) {
        missing = count;
        codePoint = leadingBits;
    }
}
