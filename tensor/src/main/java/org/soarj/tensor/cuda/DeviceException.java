package org.soarj.tensor.cuda;

/** A card that cannot do what was asked: one line that says what, and what to do about it. */
public final class DeviceException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** Its memory. */
        FULL,
        /** It does not answer any more; whatever is asked of it later fails with the same words. */
        LOST,
        /** It cannot be used as it is. */
        UNUSABLE
    }

    private final Kind kind;

    DeviceException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }
}
