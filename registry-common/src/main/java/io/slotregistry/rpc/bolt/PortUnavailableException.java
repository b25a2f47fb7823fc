package io.slotregistry.rpc.bolt;

import io.slotregistry.rpc.Address;

/** A port cannot be listened on; the message says what to do. */
public final class PortUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PortUnavailableException(Address address, Throwable cause) {
        super(
                "cannot listen on " + address + " (" + cause.getMessage()
                        + "): stop the process that uses the port, or choose another port or bind address",
                cause);
    }
}
