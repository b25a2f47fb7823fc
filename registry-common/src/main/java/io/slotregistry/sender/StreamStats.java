package io.slotregistry.sender;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Maps;
import io.slotregistry.model.Role;
import io.slotregistry.proto.SnapshotReason;
import io.slotregistry.runtime.Tally;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the streams of one node fare, for operators. All loops of the node write, anyone reads. */
public final class StreamStats {
    private static final Logger LOG = LoggerFactory.getLogger(StreamStats.class);
    private static final String MISMATCHES = "mismatches";
    private static final String WATCH_REPAIRS = "watch-repairs";

    private final ImmutableMap<Role, Tally> unsynced = Maps.toMap(Arrays.asList(Role.values()), role -> new Tally());
    private final Tally giveUps = new Tally();
    private final Tally snapshots = new Tally();
    private final Tally repairs = new Tally();

    /** One stream to a peer of that role; several may have the same name. */
    public Stream stream(Role peer, String name) {
        return new Stream(peer, name);
    }

    /** Number of streams to peers of that role that do not get through. */
    public long unsyncedCount(Role peer) {
        return tally(peer).sum();
    }

    /** Names of streams to peers of that role that do not get through. */
    public ImmutableSortedSet<String> unsynced(Role peer) {
        return tally(peer).names();
    }

    /** How often a stream to a peer of that role turned unsynced. */
    public long giveUps(Role peer) {
        return giveUps.get(peer.name());
    }

    /** A slot's mirror was filled anew. */
    public void snapshotSent(SnapshotReason reason) {
        snapshots.add(reason.name(), 1);
    }

    public long snapshotsSent(SnapshotReason reason) {
        return snapshots.get(reason.name());
    }

    /** A mirror was found to differ from its session at the same sequence number. */
    public void mismatchFound() {
        repairs.add(MISMATCHES, 1);
    }

    public long mismatchesFound() {
        return repairs.get(MISMATCHES);
    }

    /** A session's watches in a slot were found to differ from what it says, so it repeats them. */
    public void watchesRepaired() {
        repairs.add(WATCH_REPAIRS, 1);
    }

    public long watchRepairs() {
        return repairs.get(WATCH_REPAIRS);
    }

    private Tally tally(Role peer) {
        return unsynced.getOrDefault(peer, new Tally());
    }

    /** Tells of one stream. Belongs to the stream's loop. */
    public final class Stream {
        private final Role peer;
        private final String name;
        private boolean lost;

        private Stream(Role peer, String name) {
            this.peer = peer;
            this.name = name;
        }

        void gaveUp(int attempts, String reason) {
            lost = true;
            tally(peer).add(name, 1);
            giveUps.add(peer.name(), 1);
            LOG.warn("event=stream-unsynced stream={} attempts={} reason=\"{}\"", name, attempts, reason);
        }

        void recovered(int failedAttempts) {
            end();
            LOG.info("event=stream-synced stream={} failedAttempts={}", name, failedAttempts);
        }

        void end() {
            if (lost) {
                lost = false;
                tally(peer).add(name, -1);
            }
        }
    }
}
