package io.slotregistry.meta.raft;

import com.google.common.collect.ImmutableList;
import io.slotregistry.rpc.Address;
import java.nio.file.Path;

/**
 * @param bind address to listen on
 * @param self where nodes reach this meta server; it must be one of {@code members}
 * @param members all meta servers of the group: one, three or five. Raft listens on the next port of each
 * @param dataDirectory for log and snapshots; used by one process at a time
 * @param electionTimeoutMillis how long followers wait for a silent leader
 */
public record RaftSettings(
        String bind, Address self, ImmutableList<Address> members, Path dataDirectory, int electionTimeoutMillis) {
    /** Raft's port is the one for nodes plus this. */
    static final int PORT_OFFSET = 1;

    public RaftSettings {
        if (!members.contains(self)) {
            throw new IllegalArgumentException(
                    "this meta server's address " + self + " is not in the list of meta servers " + members);
        }
        if (members.size() % 2 == 0 || members.size() > 5) {
            throw new IllegalArgumentException("a meta group has 1, 3 or 5 members, not " + members.size());
        }
        if (electionTimeoutMillis < 100 || electionTimeoutMillis > 60_000) {
            throw new IllegalArgumentException(
                    "electionTimeoutMillis out of range 100..60000: " + electionTimeoutMillis);
        }
    }
}
