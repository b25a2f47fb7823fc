package io.slotregistry.session.client;

/** One SDK's connection as the session core sees it. No method blocks or throws. */
public interface ClientConnection {
    /** Unique in the life of the session process, growing. */
    long id();

    /** {@code ip:port} of the client. */
    String remoteAddress();

    /**
     * Sends one push. The listener is called exactly once, on any thread, but for an acknowledgement that comes late,
     * after the push was given up. Called by one event loop at a time for
     * the same {@link PushContent}.
     */
    void push(DataPush push, long timeoutMillis, PushListener listener);

    void push(ConfigPush push, long timeoutMillis, PushListener listener);

    /** False while too much is on the way to clients, to this one or to all, for a push of about this size. */
    boolean mayPush(long bytes);

    /** Whether this server closed it for a reason of its own, so that its end says nothing of client and network. */
    boolean isClosedByServer();

    /** Closes the connection; {@link ClientHandler#closed} follows. Harmless when it is closed already. */
    void close(String reason);

    /** What became of a push. */
    interface PushListener {
        void acknowledged();

        void failed(String reason);
    }
}
