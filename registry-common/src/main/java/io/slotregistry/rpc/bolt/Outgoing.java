package io.slotregistry.rpc.bolt;

/**
 * A frame whose content goes on in a body that other connections send as well.
 *
 * @param written runs on the IO thread when the kernel has taken its last byte
 */
record Outgoing(Frame frame, byte[] body, Runnable written) {
    Outgoing(Frame frame) {
        this(frame, Frame.NO_CONTENT, () -> {});
    }

    /** In bytes, as it is on the wire but for what only clients' dialects add. */
    int length() {
        return frame.length() + body.length;
    }
}
