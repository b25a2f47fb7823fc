package io.slotregistry.rpc.bolt;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Peers that break the protocol at one port: all are counted, each host is logged once. Callable from anywhere. */
public final class Violations {
    private static final Logger LOG = LoggerFactory.getLogger(Violations.class);
    private static final int MAX_HOSTS = 1_024;

    private final String port;
    private final String action;
    private final AtomicLong count = new AtomicLong();
    /** Forgets the host that was added first when it is full, so a host may be logged again after many others. */
    private final Map<String, Boolean> logged = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MAX_HOSTS;
        }
    };

    /**
     * @param port stands in log lines, such as {@code client}
     * @param action what becomes of a violation, such as {@code closed}
     */
    public Violations(String port, String action) {
        this.port = port;
        this.action = action;
    }

    /** @param peer {@code ip:port} */
    public void note(String peer, String how) {
        count.incrementAndGet();
        boolean first;
        synchronized (logged) {
            first = logged.put(peer.substring(0, Math.max(0, peer.lastIndexOf(':'))), true) == null;
        }
        if (first) {
            LOG.warn("event=protocol-violation port={} peer={} reason=\"{}\" action={}", port, peer, how, action);
        }
    }

    public long count() {
        return count.get();
    }
}
