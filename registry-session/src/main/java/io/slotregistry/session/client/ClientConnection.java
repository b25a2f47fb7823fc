package io.slotregistry.session.client;

/** One SDK's connection as the session core sees it. No method blocks or throws. */
public interface ClientConnection {
    /** Unique in the life of the session process, growing. */
    long id();

    /** {@code ip:port} of the client. */
    String remoteAddress();

    /**
     * Sends one push. The listener is called exactly once, on any thread. Called by one event loop at a time for
     * the same {@link PushContent}.
     */
    void push(DataPush push, long timeoutMillis, PushListener listener);

    void push(ConfigPush push, long timeoutMillis, PushListener listener);

    /** False while the client reads more slowly than it is written to. */
    boolean isWritable();

    /** Closes the connection; {@link ClientHandler#closed} follows. Harmless when it is closed already. */
    void close(String reason);

    /** What became of a push. */
    interface PushListener {
        void acknowledged();

        void failed(String reason);
    }
}
