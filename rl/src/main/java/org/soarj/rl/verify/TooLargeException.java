package org.soarj.rl.verify;

/** A formula that has a meaning, but whose exact form would be too large; it can still be compared at points. */
final class TooLargeException extends UnreadableException {
    private static final long serialVersionUID = 1L;

    TooLargeException(String message) {
        super(message);
    }

    static void require(boolean small, String message) {
        if (!small) {
            throw new TooLargeException(message);
        }
    }
}
