package io.slotregistry.data.slot;

import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.ClientLosses;
import io.slotregistry.runtime.NodeClock;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when so many of the addresses that clients publish from lose a connection within a second that only a network
 * explains it, at one session or at all of them together. Belongs to one loop.
 */
public final class NetworkFaults {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkFaults.class);
    private static final int LEAST_ADDRESSES = 10;
    /** One in so many. */
    private static final int SHARE = 3;
    /** Sessions repeat for two seconds what they lost in one, so it is heard with a renew at the latest. */
    private static final long FRESH_MILLIS = 3_000;

    private static final long BEFORE_MILLIS = 1_000;
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final NodeClock clock;
    private final Map<ProcessId, Report> reports = new TreeMap<>();
    private long everywhereMillis = NEVER;

    public NetworkFaults(NodeClock clock) {
        this.clock = clock;
    }

    /** What the session says of its clients. */
    public void told(ProcessId session, ClientLosses losses) {
        long now = clock.monotonicMillis();
        Report report = reports.computeIfAbsent(session, process -> new Report());
        report.publishing = losses.getPublishing();
        report.lost = losses.getLost();
        report.millis = now;
        if (losses.getLost() == 0) {
            return;
        }
        if (isFault(losses.getLost(), losses.getPublishing())) {
            report.note(session, now);
        }
        int lost = 0;
        int publishing = 0;
        for (Report each : reports.values()) {
            lost += now - each.millis <= FRESH_MILLIS ? each.lost : 0;
            publishing += each.publishing;
        }
        if (isFault(lost, publishing)) {
            everywhereMillis = now;
        }
    }

    public void forget(ProcessId session) {
        reports.remove(session);
    }

    /** Whether clients that the session lost then, or later within the same window, fell victim to a network. */
    boolean explain(ProcessId session, long lostMillis) {
        Report report = reports.get(session);
        long noticed = Math.max(everywhereMillis, report == null ? NEVER : report.faultMillis);
        return noticed >= lostMillis - BEFORE_MILLIS;
    }

    private static boolean isFault(int lost, int publishing) {
        return lost >= LEAST_ADDRESSES && lost * (long) SHARE >= publishing;
    }

    private static final class Report {
        private int publishing;
        private int lost;
        private long millis;
        private long faultMillis = NEVER;

        private void note(ProcessId session, long now) {
            if (now - faultMillis > FRESH_MILLIS) {
                LOG.warn("event=network-fault session={} addressesLost={} of={}", session, lost, publishing);
            }
            faultMillis = now;
        }
    }
}
