package io.slotregistry.session.port;

/** The content is not of the Hessian subset that clients may send. The message says what is wrong, for the log. */
class HessianException extends Exception {
    private static final long serialVersionUID = 1;

    HessianException(String message) {
        super(message);
    }
}
