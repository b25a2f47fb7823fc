package io.slotregistry.simulation.cluster;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.rpc.Address;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Limits;
import io.slotregistry.sender.StreamStats;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.SimulatedLoop;
import io.slotregistry.simulation.SimulatedNetwork;
import io.slotregistry.simulation.VirtualTime;
import java.util.SplittableRandom;

/** The outside of one node: its loops, clock and address through all of its lives. */
abstract class SimulatedNode {
    private static final int LOOPS = 2;

    final NodeId id;
    final Address address;
    final SimulatedClock clock;
    private final VirtualTime time;
    private final SimulatedNetwork network;
    private final Tampering tampering;
    private ImmutableList<SimulatedLoop> loops = ImmutableList.of();
    private int lives;
    private long bornMillis;
    private boolean alive;
    private boolean paused;
    private final Limits limits;
    private StreamStats streams = new StreamStats();
    private long earlierMismatches;

    SimulatedNode(
            Role role, String name, VirtualTime time, SimulatedNetwork network, Limits limits, Tampering tampering) {
        this.id = new NodeId(role, name);
        this.limits = limits;
        this.address = new Address(name, 9000);
        this.time = time;
        this.network = network;
        this.tampering = tampering;
        this.clock = new SimulatedClock(time, time.random().nextInt(-200, 200));
    }

    /** A new process. */
    abstract void start();

    /** As by kill -9. */
    void crash() {
        kill();
    }

    boolean isAlive() {
        return alive;
    }

    /** Whether the process has been there for so long. */
    boolean isAliveFor(long millis) {
        return alive && time.nowMillis() - bornMillis >= millis;
    }

    boolean isPaused() {
        return paused;
    }

    /** The present life, or the last one. */
    ProcessId process() {
        return new ProcessId(id, lives);
    }

    /** A new life; its context. */
    NodeContext born() {
        alive = true;
        paused = false;
        lives++;
        bornMillis = time.nowMillis();
        ProcessId process = process();
        ImmutableList.Builder<SimulatedLoop> made = ImmutableList.builder();
        for (int i = 0; i < LOOPS; i++) {
            made.add(new SimulatedLoop(time));
        }
        loops = made.build();
        earlierMismatches = mismatchesFound();
        streams = new StreamStats();
        return new NodeContext(
                process,
                tampering.clock(process, clock),
                new SplittableRandom(time.random().nextLong()),
                ImmutableList.<EventLoop>copyOf(loops),
                new TamperedTransport(process, network.join(process, address), tampering),
                streams,
                limits);
    }

    /** In all lives. */
    long mismatchesFound() {
        return earlierMismatches + streams.mismatchesFound();
    }

    /** Of the present life, or the last one. */
    StreamStats streams() {
        return streams;
    }

    Member member(NodeContext context) {
        Address client = id.role() == Role.SESSION ? new Address(id.name(), 9600) : null;
        return new Member(context.self(), address, client, null, "DEFAULT_ZONE", false);
    }

    final void kill() {
        alive = false;
        loops.forEach(SimulatedLoop::kill);
        network.leave(address);
    }

    void pause() {
        paused = true;
        loops.forEach(SimulatedLoop::pause);
    }

    void resume() {
        paused = false;
        loops.forEach(SimulatedLoop::resume);
    }
}
