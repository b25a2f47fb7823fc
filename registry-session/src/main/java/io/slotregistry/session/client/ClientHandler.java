package io.slotregistry.session.client;

/** Implemented by the session core. Called on IO threads (or by the simulator); returns at once and never throws. */
public interface ClientHandler {
    void opened(ClientConnection connection);

    /** Exactly one method of {@code answer} is called, once, on any thread. */
    void request(ClientConnection connection, ClientRequest request, Answer answer);

    /** Called once, after the last {@link #request} of the connection. */
    void closed(ClientConnection connection);

    /** How a registration ends. */
    interface Answer {
        void accepted();

        /** A permanent rejection of this one object: its SDK does not try it again until its process restarts. */
        void refused(String reason);
    }
}
