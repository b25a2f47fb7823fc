package io.slotregistry.simulation.cluster;

/**
 * Whether a publisher was always where the registry promises to keep it visible: registered with a session that lives,
 * or back with another one in time.
 */
final class Presence {
    /** How long a crashed session's publications surely stay: its mirrors may have been cut off before. */
    private static final long RETURN_AFTER_CRASH_MILLIS = 8_000;

    /** A session that crashes right after it accepted a registration may take it to its grave. */
    static final long SPREADING_MILLIS = 5_000;

    private final SimulatedCluster cluster;
    private final int slotId;
    private boolean registered;
    private boolean closed;
    private boolean excused;
    private boolean forgotten;
    private long lostMillis = -1;
    private long confirmedMillis;

    Presence(SimulatedCluster cluster, int slotId) {
        this.cluster = cluster;
        this.slotId = slotId;
    }

    /** @param wasClosed by the client, so that its session knows */
    void lost(boolean wasClosed) {
        long now = cluster.time.nowMillis();
        if (registered) {
            boolean young = closed && now - confirmedMillis < SPREADING_MILLIS;
            forgotten |= !wasClosed && (young || !isKnownToReplicas());
            excused |= forgotten;
            registered = false;
            lostMillis = now;
            closed = wasClosed;
        } else {
            closed |= wasClosed;
        }
    }

    void confirmed() {
        excused |= isExcused();
        if (!registered) {
            registered = true;
            confirmedMillis = cluster.time.nowMillis();
        }
    }

    boolean isSettled() {
        return registered && cluster.time.nowMillis() - confirmedMillis > SPREADING_MILLIS;
    }

    boolean isExcused() {
        return excused || (!registered && lostMillis >= 0 && cluster.time.nowMillis() - lostMillis > promisedMillis());
    }

    /** A session once crashed that may have been the only process which knew of it. */
    boolean isForgotten() {
        return forgotten;
    }

    /** A data server of its slot is there that had heard the session before it crashed. */
    private boolean isKnownToReplicas() {
        return cluster.datas.stream()
                .filter(data -> cluster.log.view().owners(slotId).isReplica(data.id))
                .anyMatch(data -> data.isAliveFor(SPREADING_MILLIS));
    }

    private long promisedMillis() {
        return closed ? cluster.settings().session().graceMillis(1) : RETURN_AFTER_CRASH_MILLIS;
    }
}
