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

        /**
         * It is beyond a limit. The client hears that it was accepted, as SDKs repeat what failed without end and never
         * come back with what was refused; it registers again when it changes something or connects again.
         */
        void notTaken(String reason);

        /**
         * Something stands in its way that may go. The client gets no answer, so that its SDK asks again each second.
         */
        void notYet(String reason);
    }
}
