package io.slotregistry.cluster;

import com.google.common.collect.ImmutableList;
import io.slotregistry.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Who replicates a slot.
 *
 * @param leader the one that tells sessions about changes; null while there is none
 * @param leaderEpoch grows with each change of leader
 */
public record SlotOwners(@Nullable NodeId leader, ImmutableList<NodeId> followers, long leaderEpoch) {
    public static final SlotOwners NONE = new SlotOwners(null, ImmutableList.of(), 0);

    public SlotOwners {
        if (leader != null && followers.contains(leader)) {
            throw new IllegalArgumentException("the leader is among the followers: " + leader);
        }
        if (leader == null && !followers.isEmpty()) {
            throw new IllegalArgumentException("followers without a leader: " + followers);
        }
    }

    /** The same ones, at an epoch that makes the leader find its sessions anew. */
    public SlotOwners anew(long leap) {
        return new SlotOwners(leader, followers, leaderEpoch + leap);
    }

    /** Leader first. */
    public ImmutableList<NodeId> replicas() {
        return leader == null
                ? ImmutableList.of()
                : ImmutableList.<NodeId>builder().add(leader).addAll(followers).build();
    }

    public boolean isReplica(NodeId node) {
        return node.equals(leader) || followers.contains(node);
    }
}
