package io.slotregistry.session.hold;

/** Whether there is room for what a client registers, and if not, what is full. */
public enum Room {
    ENOUGH("", false),
    /** Its connection's share: only this client can change that. */
    CONNECTION_FULL("this client holds its share of memory already", false),
    ADDRESS_FULL("the clients at this address hold their share of memory already", true),
    SERVICE_FULL("the publishers of this service hold its share of memory already", true),
    /** The rest is for clients of a session that ends. */
    NEWCOMERS_FULL("only clients of other sessions are taken, as memory runs short", true),
    SERVER_FULL("clients hold all the memory that they may", false);

    private final String reason;
    private final boolean leftForReturning;

    Room(String reason, boolean leftForReturning) {
        this.reason = reason;
        this.leftForReturning = leftForReturning;
    }

    /** For people. */
    public String reason() {
        return reason;
    }

    /** Whether a publisher may still be taken that another session holds, as no list is to lack it. */
    public boolean isLeftForReturning() {
        return leftForReturning;
    }
}
