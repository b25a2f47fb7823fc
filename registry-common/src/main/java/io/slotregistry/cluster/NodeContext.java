package io.slotregistry.cluster;

import com.google.common.collect.ImmutableList;
import io.slotregistry.model.ProcessId;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Limits;
import io.slotregistry.runtime.NodeClock;
import io.slotregistry.sender.StreamStats;
import java.util.random.RandomGenerator;

/**
 * Everything that a node's core gets from outside. The applications pass threads, the system clock and Bolt; the
 * simulator passes virtual ones.
 *
 * @param loops at least one; slot {@code s} belongs to loop {@code s mod loops.size()}
 * @param streams told how the node's streams to others fare
 * @param limits of the node's streams
 */
public record NodeContext(
        ProcessId self,
        NodeClock clock,
        RandomGenerator random,
        ImmutableList<EventLoop> loops,
        Transport transport,
        StreamStats streams,
        Limits limits) {
    public NodeContext {
        if (loops.isEmpty()) {
            throw new IllegalArgumentException("a node needs at least one event loop");
        }
    }

    public NodeContext(
            ProcessId self,
            NodeClock clock,
            RandomGenerator random,
            ImmutableList<EventLoop> loops,
            Transport transport) {
        this(self, clock, random, loops, transport, new StreamStats(), new Limits());
    }

    /** The loop for what concerns the node as a whole: membership and heartbeats. */
    public EventLoop mainLoop() {
        return loops.get(0);
    }

    public EventLoop loopOfSlot(int slotId) {
        return loops.get(slotId % loops.size());
    }
}
