package io.slotregistry.meta;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.slotregistry.cluster.ClusterSettings;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Continuity;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.cluster.WarmUp;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.Version;
import io.slotregistry.slot.VersionLease;
import java.util.Collections;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an empty meta group begins with: a new cluster, or, after all meta servers have lost their data, the old one as
 * one of its nodes still knows it. Belongs to the main loop.
 */
final class FirstView {
    private static final Logger LOG = LoggerFactory.getLogger(FirstView.class);
    private static final long TIMEOUT_MILLIS = 1_000;

    /** More than any node can be ahead of the one that is asked. */
    private static final long LEAP = 1_000_000;

    private final NodeContext context;
    private final int slotCount;
    private final @Nullable Address recoverFrom;
    private final boolean warmsUp;

    /**
     * @param recoverFrom a node of the cluster whose meta servers have lost everything; null for a new cluster
     * @param warmsUp whether a new cluster may be an old one that remembers nothing
     */
    FirstView(NodeContext context, int slotCount, @Nullable Address recoverFrom, boolean warmsUp) {
        this.context = context;
        this.slotCount = slotCount;
        this.recoverFrom = recoverFrom;
        this.warmsUp = warmsUp;
    }

    /** @param then takes it, if there is one; to be asked again after a while if it does not */
    void make(Consumer<ClusterView> then) {
        if (recoverFrom == null) {
            then.accept(newCluster());
            return;
        }
        Request question = Request.newBuilder()
                .setInspect(Inspect.newBuilder().setClients(true).setLimit(1))
                .build();
        context.transport().call(recoverFrom, question, TIMEOUT_MILLIS, context.mainLoop(), new Transport.Callback() {
            @Override
            public void replied(Reply reply) {
                if (reply.hasView()) {
                    recover(reply.getView(), then);
                } else {
                    failed("it knows no cluster");
                }
            }

            @Override
            public void failed(String reason) {
                LOG.warn("event=not-recovered from={} reason=\"{}\"", recoverFrom, reason);
            }
        });
    }

    private void recover(io.slotregistry.proto.ClusterView proto, Consumer<ClusterView> then) {
        try {
            ClusterView known = ClusterView.fromProto(proto);
            LOG.warn("event=recovered cluster={} from={} epoch={}", known.clusterId(), recoverFrom, known.epoch());
            then.accept(ahead(known));
        } catch (IllegalArgumentException malformed) {
            LOG.error("event=not-recovered from={} reason=\"{}\"", recoverFrom, malformed.getMessage());
        }
    }

    /**
     * The same cluster at epochs that nobody has seen. That the leaders' epochs leap as well makes each of them find
     * its sessions anew, for the case that another one has led since.
     */
    private static ClusterView ahead(ClusterView known) {
        return new ClusterView(
                known.epoch() + LEAP,
                known.clusterId(),
                known.digestKey(),
                known.members(),
                known.slots().stream().map(slot -> slot.anew(LEAP)).collect(ImmutableList.toImmutableList()),
                known.settings(),
                known.continuity());
    }

    private ClusterView newCluster() {
        byte[] key = new byte[DigestKey.LENGTH_BYTES];
        byte[] id = new byte[8];
        context.random().nextBytes(key);
        context.random().nextBytes(id);
        WarmUp warmUp = warmsUp ? new WarmUp(false, WarmUp.UNKNOWN) : WarmUp.NONE;
        long now = Version.ofMillis(context.clock().wallMillis());
        return new ClusterView(
                1,
                HexFormat.of().formatHex(id),
                new DigestKey(key),
                ImmutableSortedMap.of(),
                ImmutableList.copyOf(Collections.nCopies(slotCount, SlotOwners.NONE)),
                ClusterSettings.NONE,
                new Continuity(ImmutableSortedSet.of(), new VersionLease(now, now), warmUp));
    }
}
