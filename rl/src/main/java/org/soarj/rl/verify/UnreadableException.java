package org.soarj.rl.verify;

/** An answer that cannot be read as a value; it is compared as text instead. */
class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
        super(message, null, false, false);
    }

    static void require(boolean readable, String message) {
        if (!readable) {
            throw new UnreadableException(message);
        }
    }
}
