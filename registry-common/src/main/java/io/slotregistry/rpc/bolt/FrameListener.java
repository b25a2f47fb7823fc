package io.slotregistry.rpc.bolt;

/** What happens on one connection. Called on its IO thread; returns at once. */
public interface FrameListener {
    void opened(BoltConnection connection);

    /**
     * A request or one-way request.
     *
     * @throws BadFrameException to have the connection closed and the reason logged
     */
    void request(BoltConnection connection, Frame request);

    /** The peer broke the protocol or a limit; its connection is being closed. */
    void violated(BoltConnection connection, String how);

    /** A frame that is too long, or for which there is no room, was left out without an answer. */
    void skipped(BoltConnection connection, String why);

    /** Called once, last, also for a connection that was never opened. */
    void closed(BoltConnection connection, String reason);
}
