package io.slotregistry.data.slot;

import com.google.common.collect.Interner;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Limits;
import io.slotregistry.runtime.NodeClock;
import io.slotregistry.sender.StreamStats;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.VersionClock;
import io.slotregistry.timeline.Timeline;
import java.util.function.Function;

/**
 * What the slots of one loop have in common.
 *
 * @param names shares strings
 * @param takeoverMillis for how long the clients at one address must hold a registration nowhere before those at
 *     another one get it
 * @param guard what holds for a dataInfoId now
 * @param faults of the network between clients and sessions
 */
public record SlotContext(
        DigestKey key,
        Interner<String> names,
        VersionClock versions,
        EventLoop loop,
        NodeClock clock,
        Function<String, GuardSettings> guard,
        NetworkFaults faults,
        long takeoverMillis,
        Timeline timeline,
        StreamStats streams,
        Limits limits) {
    /** With counters of its own and the usual limits. */
    public SlotContext(
            DigestKey key,
            Interner<String> names,
            VersionClock versions,
            EventLoop loop,
            NodeClock clock,
            Function<String, GuardSettings> guard,
            NetworkFaults faults,
            long takeoverMillis,
            Timeline timeline) {
        this(
                key,
                names,
                versions,
                loop,
                clock,
                guard,
                faults,
                takeoverMillis,
                timeline,
                new StreamStats(),
                new Limits());
    }
}
