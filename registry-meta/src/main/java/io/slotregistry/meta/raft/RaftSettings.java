package io.slotregistry.meta.raft;

import com.google.common.collect.ImmutableList;
import io.slotregistry.model.NodeId;
import io.slotregistry.rpc.Address;
import java.nio.file.Path;

/**
 * @param group name that only members of the group know; members of another one are not heard
 * @param member whose directory it is
 * @param bind address to listen on
 * @param self where nodes reach this meta server
 * @param members all meta servers of a new group: one, three or five, {@code self} among them. Raft listens on the next
 *     port of each. Empty for a server that waits to be added to an existing group. An existing group knows its members
 *     itself
 * @param dataDirectory for log and snapshots; used by one process at a time
 * @param electionTimeoutMillis how long followers wait for a silent leader; up to half as much more by chance
 */
public record RaftSettings(
        String group,
        NodeId member,
        String bind,
        Address self,
        ImmutableList<Address> members,
        Path dataDirectory,
        int electionTimeoutMillis) {
    static final int MAX_MEMBERS = 5;

    /** Raft's port is the one for nodes plus this. */
    static final int PORT_OFFSET = 1;

    public RaftSettings {
        if (!members.isEmpty() && !members.contains(self)) {
            throw new IllegalArgumentException(
                    "this meta server's address " + self + " is not in the list of meta servers " + members);
        }
        if (members.size() > 0 && (members.size() % 2 == 0 || members.size() > MAX_MEMBERS)) {
            throw new IllegalArgumentException("a meta group has 1, 3 or 5 members, not " + members.size());
        }
        if (electionTimeoutMillis < 100 || electionTimeoutMillis > 60_000) {
            throw new IllegalArgumentException(
                    "electionTimeoutMillis out of range 100..60000: " + electionTimeoutMillis);
        }
    }
}
