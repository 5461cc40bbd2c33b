package org.soarj.transformer.chat;

/** A conversation that a template cannot or will not render, or a template that cannot be used; the message says which. */
public final class ChatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ChatException(String message) {
        super(message);
    }

    public ChatException(String message, Throwable cause) {
        super(message, cause);
    }
}
