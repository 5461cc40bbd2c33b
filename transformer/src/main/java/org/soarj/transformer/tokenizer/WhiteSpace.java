package org.soarj.transformer.tokenizer;

/** Unicode's White_Space property, which is what Hugging Face strips; Java's isWhitespace lacks no-break spaces. */
final class WhiteSpace {
    private WhiteSpace() {}

    static boolean is(int codePoint) {
        return Character.isSpaceChar(codePoint) || (codePoint >= '\t' && codePoint <= '\r') || codePoint == 0x85;
    }

    /** The first index at or after {@code from} that is not white space. */
    static int skipForward(String text, int from) {
        int at = from;
        while (at < text.length() && is(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** The index behind the last character before {@code to} that is not white space. */
    static int skipBackward(String text, int to) {
        int at = to;
        while (at > 0 && is(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }
}
