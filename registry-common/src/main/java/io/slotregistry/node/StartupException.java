package io.slotregistry.node;

/** The node cannot start. The message is one line that says what is wrong and what to do. */
public final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StartupException(String message) {
        super(message);
    }
}
