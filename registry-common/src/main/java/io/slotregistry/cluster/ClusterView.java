package io.slotregistry.cluster;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.protobuf.ByteString;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Slot;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.VersionLease;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state of a cluster at one epoch: its identity, its members and the owners of its slots. Immutable; of
 * two views of a cluster the one with the greater epoch is right.
 *
 * @param settings what operators have set for the whole cluster
 * @param continuity what comes from processes that are no more
 */
public record ClusterView(
        long epoch,
        String clusterId,
        DigestKey digestKey,
        ImmutableSortedMap<NodeId, Member> members,
        ImmutableList<SlotOwners> slots,
        ClusterSettings settings,
        Continuity continuity) {
    /** More than all changes of a cluster between what any two of its nodes hold. */
    public static final long MAX_LEAP = 1L << 32;

    /** What a node holds before it heard of its cluster. */
    public static final ClusterView NONE = new ClusterView(
            0,
            "",
            new DigestKey(new byte[DigestKey.LENGTH_BYTES]),
            ImmutableSortedMap.of(),
            ImmutableList.of(),
            ClusterSettings.NONE,
            Continuity.NONE);

    /** The view after this one, of the same cluster. */
    public ClusterView next(
            ImmutableSortedMap<NodeId, Member> nextMembers,
            ImmutableList<SlotOwners> nextSlots,
            ClusterSettings nextSettings,
            Continuity nextContinuity) {
        return new ClusterView(epoch + 1, clusterId, digestKey, nextMembers, nextSlots, nextSettings, nextContinuity);
    }

    /** Whether anything but the epoch differs. */
    public boolean differsFrom(ClusterView other) {
        return !members.equals(other.members)
                || !slots.equals(other.slots)
                || !settings.equals(other.settings)
                || !continuity.equals(other.continuity);
    }

    public ImmutableSortedSet<ProcessId> goneSessions() {
        return continuity.goneSessions();
    }

    public VersionLease versions() {
        return continuity.versions();
    }

    public WarmUp warmUp() {
        return continuity.warmUp();
    }

    /**
     * The same at an epoch that no node has seen. That the leaders' epochs leap as well makes each of them find its
     * sessions anew, for the case that another one has led since.
     */
    public ClusterView ahead(long nextEpoch) {
        return new ClusterView(
                nextEpoch,
                clusterId,
                digestKey,
                members,
                slots.stream().map(slot -> slot.anew(nextEpoch - epoch)).collect(ImmutableList.toImmutableList()),
                settings,
                continuity);
    }

    /**
     * Whether a node that holds this earlier view may believe this one: it is of the same cluster, newer, and no epoch
     * in it is further ahead than it can be, so that one broken node cannot use up all epochs that there are.
     */
    public boolean canSucceed(ClusterView earlier) {
        boolean continues = earlier.isNone()
                || (clusterId.equals(earlier.clusterId)
                        && slotCount() == earlier.slotCount()
                        && epoch - earlier.epoch <= MAX_LEAP);
        return continues
                && epoch > earlier.epoch
                && slots.stream().allMatch(slot -> slot.leaderEpoch() - epoch <= MAX_LEAP);
    }

    public boolean isNone() {
        return epoch == 0;
    }

    public int slotCount() {
        return slots.size();
    }

    public SlotOwners owners(int slotId) {
        return slots.get(slotId);
    }

    /** Whether this very process is a member, not an earlier or later life of its node. */
    public boolean contains(ProcessId process) {
        Member member = members.get(process.node());
        return member != null && member.process().equals(process);
    }

    /** Why this process is no member any more although its node is one: a later process has its name. Else empty. */
    public String successor(ProcessId process) {
        Member member = members.get(process.node());
        return member == null || member.process().compareTo(process) <= 0
                ? ""
                : "a later process at " + member.address() + " has the name " + process.node()
                        + ": give each process its own registry.name, and start this one again";
    }

    public @Nullable Member member(NodeId node) {
        return members.get(node);
    }

    public Stream<Member> members(Role role) {
        return members.values().stream().filter(member -> member.node().role() == role);
    }

    public io.slotregistry.proto.ClusterView toProto() {
        var builder = io.slotregistry.proto.ClusterView.newBuilder()
                .setEpoch(epoch)
                .setClusterId(clusterId)
                .setDigestKey(ByteString.copyFrom(digestKey.bytes()));
        members.values().forEach(member -> builder.addMembers(member.toProto()));
        Map<NodeId, Integer> numbers = new LinkedHashMap<>();
        for (SlotOwners owners : slots) {
            Slot.Builder slot = Slot.newBuilder().setLeaderEpoch(owners.leaderEpoch());
            if (owners.leader() != null) {
                slot.setLeader(numberOf(owners.leader(), numbers));
            }
            owners.followers().forEach(follower -> slot.addFollowers(numberOf(follower, numbers)));
            builder.addSlots(slot);
        }
        numbers.keySet().forEach(node -> builder.addDataNodes(node.name()));
        goneSessions().forEach(process -> builder.addGoneSessions(process.toString()));
        settings.draining().forEach(node -> builder.addDraining(node.name()));
        return builder.addAllSettings(settings.toProto())
                .setSettingsVersion(settings.version())
                .setVersionsFrom(versions().from())
                .setVersionsTo(versions().to())
                .setWarmingUp(warmUp().active())
                .setPublications(warmUp().publications())
                .build();
    }

    /** @throws IllegalArgumentException when the message is malformed */
    public static ClusterView fromProto(io.slotregistry.proto.ClusterView proto) {
        ImmutableSortedMap.Builder<NodeId, Member> members = ImmutableSortedMap.naturalOrder();
        for (var memberProto : proto.getMembersList()) {
            Member member = Member.fromProto(memberProto);
            members.put(member.node(), member);
        }
        ImmutableList<NodeId> nodes = proto.getDataNodesList().stream()
                .map(name -> new NodeId(Role.DATA, name))
                .collect(ImmutableList.toImmutableList());
        ImmutableList.Builder<SlotOwners> slots = ImmutableList.builderWithExpectedSize(proto.getSlotsCount());
        for (Slot slot : proto.getSlotsList()) {
            slots.add(new SlotOwners(
                    slot.getLeader() == 0 ? null : nodeOf(slot.getLeader(), nodes),
                    slot.getFollowersList().stream()
                            .map(number -> nodeOf(number, nodes))
                            .collect(ImmutableList.toImmutableList()),
                    slot.getLeaderEpoch()));
        }
        return new ClusterView(
                proto.getEpoch(),
                proto.getClusterId(),
                new DigestKey(proto.getDigestKey().toByteArray()),
                members.buildOrThrow(),
                slots.build(),
                ClusterSettings.fromProto(proto.getSettingsVersion(), proto.getSettingsList(), proto.getDrainingList()),
                new Continuity(
                        proto.getGoneSessionsList().stream()
                                .map(ProcessId::parse)
                                .collect(ImmutableSortedSet.toImmutableSortedSet(Comparator.naturalOrder())),
                        new VersionLease(proto.getVersionsFrom(), proto.getVersionsTo()),
                        new WarmUp(proto.getWarmingUp(), proto.getPublications())));
    }

    private static int numberOf(NodeId node, Map<NodeId, Integer> numbers) {
        return numbers.computeIfAbsent(node, unused -> numbers.size() + 1);
    }

    private static NodeId nodeOf(int number, ImmutableList<NodeId> nodes) {
        if (number < 1 || number > nodes.size()) {
            throw new IllegalArgumentException("a slot refers to data node number " + number + " of " + nodes.size());
        }
        return nodes.get(number - 1);
    }
}
