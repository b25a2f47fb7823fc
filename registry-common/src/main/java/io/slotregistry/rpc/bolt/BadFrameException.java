package io.slotregistry.rpc.bolt;

import io.netty.handler.codec.DecoderException;

/** The peer broke the protocol or a limit; its connection is closed. The message says how, for the log. */
public final class BadFrameException extends DecoderException {
    private static final long serialVersionUID = 1;

    public BadFrameException(String message) {
        super(message);
    }
}
