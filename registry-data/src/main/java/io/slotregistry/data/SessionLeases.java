package io.slotregistry.data;

import io.slotregistry.model.ProcessId;
import io.slotregistry.runtime.NodeClock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which session processes a loop has heard, and which of them are gone for good: silent for longer than the lease,
 * without a connection, and not listed by meta. When most of them are, this server itself may be cut off, so it waits
 * for a second lease. Belongs to that loop.
 */
final class SessionLeases {
    private static final Logger LOG = LoggerFactory.getLogger(SessionLeases.class);

    /** In leases: for a process that meta does not list but whose connection is open, such as a frozen one. */
    private static final int FROZEN_LEASES = 8;

    private static final int MASS_LEASES = 2;

    private final NodeClock clock;
    private final Map<ProcessId, Long> heardMillis = new TreeMap<>();
    private final Set<ProcessId> connected = new HashSet<>();
    private int held;

    SessionLeases(NodeClock clock) {
        this.clock = clock;
    }

    void heard(ProcessId session) {
        heardMillis.put(session, clock.monotonicMillis());
        connected.add(session);
    }

    void disconnected(ProcessId session) {
        connected.remove(session);
    }

    boolean isKnown(ProcessId session) {
        return heardMillis.containsKey(session);
    }

    /** Whether it can still be heard, as far as is known here. */
    boolean isConnected(ProcessId session) {
        return connected.contains(session);
    }

    /** How many would have expired if they were not so many. */
    int held() {
        return held;
    }

    /**
     * Those that are gone for good; they are not known any longer.
     *
     * @param listed by meta
     * @param metaIsSilent so that nobody can say who is listed
     * @param hardLimitMillis when a silent one goes whatever speaks for it
     */
    List<ProcessId> takeExpired(
            Predicate<ProcessId> listed, boolean metaIsSilent, long leaseMillis, long hardLimitMillis) {
        List<ProcessId> expired = new ArrayList<>();
        List<ProcessId> candidates = new ArrayList<>();
        for (ProcessId session : heardMillis.keySet()) {
            if (silentMillis(session) > hardLimitMillis) {
                expired.add(session);
            } else if (!metaIsSilent && !listed.test(session) && isSilent(session, leaseMillis)) {
                candidates.add(session);
            }
        }
        boolean most = candidates.size() > 1 && candidates.size() * 2 > heardMillis.size();
        int heldBefore = held;
        held = 0;
        for (ProcessId session : candidates) {
            if (most && silentMillis(session) <= MASS_LEASES * leaseMillis) {
                held++;
            } else {
                expired.add(session);
            }
        }
        if (held > heldBefore) {
            LOG.warn("event=session-expiry-held sessions={} of={}", held, heardMillis.size());
        }
        expired.forEach(session -> {
            LOG.info("event=session-expired session={} silentMillis={}", session, silentMillis(session));
            heardMillis.remove(session);
            connected.remove(session);
        });
        return expired;
    }

    private boolean isSilent(ProcessId session, long leaseMillis) {
        return silentMillis(session) > (connected.contains(session) ? FROZEN_LEASES * leaseMillis : leaseMillis);
    }

    private long silentMillis(ProcessId session) {
        return clock.monotonicMillis() - heardMillis.getOrDefault(session, 0L);
    }
}
