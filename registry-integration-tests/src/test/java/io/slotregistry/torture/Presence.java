package io.slotregistry.torture;

/**
 * Whether a client was always where the registry promises to keep its publications visible. Guarded by the monitor of
 * the {@link Ledger}.
 */
final class Presence {
    /** How long the publications of a closed connection stay, by default. */
    private static final long GRACE_MILLIS = 2_000;

    /** How long those of a session that ended surely stay: its mirrors may have been cut off before. */
    private static final long HANDOVER_MILLIS = 8_000;

    private static final long AS_IF_NEW = -1;

    private enum State {
        REGISTERED,
        LOST,
        LEFT
    }

    final String name;
    final long patienceMillis;
    private State state = State.LOST;
    private long lostMillis;
    private long promisedMillis = AS_IF_NEW;

    Presence(String name, long patienceMillis) {
        this.name = name;
        this.patienceMillis = patienceMillis;
    }

    /** @param byClient and not by the session, which may have been frozen: then it learns of it later */
    void lost(boolean byClient, long nowMillis) {
        if (state == State.REGISTERED) {
            state = State.LOST;
            lostMillis = nowMillis;
            promisedMillis = byClient ? GRACE_MILLIS : HANDOVER_MILLIS;
        } else if (byClient && promisedMillis != AS_IF_NEW) {
            promisedMillis = GRACE_MILLIS;
        }
    }

    /** It means to stay away, and nothing of it is to be seen when all is over. */
    void left() {
        state = State.LEFT;
    }

    void returns() {
        state = State.LOST;
        promisedMillis = AS_IF_NEW;
    }

    /** It is registered again, but later than promised. */
    boolean isLate(long nowMillis) {
        return mayBeMissed(nowMillis) && promisedMillis != AS_IF_NEW;
    }

    boolean hasLeft() {
        return state == State.LEFT;
    }

    boolean isRegistered() {
        return state == State.REGISTERED;
    }

    void registered() {
        state = State.REGISTERED;
    }

    boolean mayBeMissed(long nowMillis) {
        return state == State.LEFT || (state == State.LOST && nowMillis - lostMillis > promisedMillis);
    }

    @Override
    public String toString() {
        return name;
    }
}
