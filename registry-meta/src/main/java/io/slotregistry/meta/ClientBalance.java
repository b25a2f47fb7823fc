package io.slotregistry.meta;

import io.slotregistry.cluster.ClusterSettings;
import io.slotregistry.cluster.SettingKey;
import io.slotregistry.model.Role;
import io.slotregistry.runtime.NodeClock;
import java.util.List;

/**
 * How many clients a session is to let go until its next heartbeat: clients never even out by themselves, so a session
 * that was started last has none. Belongs to the main loop.
 */
final class ClientBalance {
    /** Clients ask for addresses each 30 seconds, so they know a session that has been there for two of these. */
    static final long KNOWN_AFTER_MILLIS = 60_000;

    /** A handful of clients is uneven by chance. */
    private static final int FEW = 2;

    private static final int MOST_SECONDS = 3_600;

    private final Leases leases;
    private final NodeClock clock;
    private long demandedUntilMillis;

    ClientBalance(Leases leases, NodeClock clock) {
        this.leases = leases;
        this.clock = clock;
        this.demandedUntilMillis = clock.monotonicMillis();
    }

    /** An operator wants them even: no difference is tolerated for a while. */
    void demand(int seconds) {
        demandedUntilMillis = clock.monotonicMillis() + 1_000L * Math.min(seconds, MOST_SECONDS);
    }

    boolean isDemanded() {
        return clock.monotonicMillis() < demandedUntilMillis;
    }

    /** 0 unless all sessions are known to clients and this one has more than its share, by more than is tolerated. */
    int toLetGo(Lease session, ClusterSettings settings) {
        List<Lease> sessions = leases.all().stream()
                .filter(lease -> lease.member.node().role() == Role.SESSION && !lease.member.leaving())
                .toList();
        if (sessions.size() < 2
                || !sessions.contains(session)
                || !sessions.stream().allMatch(Lease::isSettled)) {
            return 0;
        }
        long all = sessions.stream().mapToLong(Lease::clientConnections).sum();
        long share = (all + sessions.size() - 1) / sessions.size();
        long percent = settings.get(SettingKey.REBALANCE_PERCENT);
        long tolerated = percent == 0 || isDemanded() ? share : share + Math.max(FEW, share * percent / 100);
        long excess = session.clientConnections() > tolerated ? session.clientConnections() - share : 0;
        return (int) Math.min(excess, settings.get(SettingKey.REBALANCE_RATE));
    }
}
