package io.slotregistry.simulation.cluster;

import io.slotregistry.runtime.Limit;
import io.slotregistry.simulation.SimulatedNetwork;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What many runs have been through. Runs of several threads add to it. */
final class Figures {
    private final Map<String, Long> faults = new TreeMap<>();
    private final Map<Limit, Long> limits = new EnumMap<>(Limit.class);
    private long seeds;
    private long virtualMillis;
    private long messages;

    synchronized void add(ChaosRun run) {
        SimulatedNetwork network = run.cluster.network;
        seeds++;
        virtualMillis += run.cluster.time.nowMillis();
        messages += network.deliveredMessages();
        run.faults.counts().forEach((fault, count) -> faults.merge(fault, (long) count, Long::sum));
        for (Limit limit : Limit.values()) {
            limits.merge(limit, run.cluster.limits.timesReached(limit), Long::sum);
        }
        faults.merge("lost message", network.lostMessages(), Long::sum);
        faults.merge("repeated message", network.repeatedMessages(), Long::sum);
        faults.merge("late message", network.slowMessages(), Long::sum);
    }

    /** How often each limit was reached. */
    synchronized Map<Limit, Long> limits() {
        return new EnumMap<>(limits);
    }

    @Override
    public synchronized String toString() {
        return seeds + " seeds, " + virtualMillis / 3_600_000 + " virtual hours, " + messages + " messages, " + faults
                + ", limits reached: " + limits;
    }
}
