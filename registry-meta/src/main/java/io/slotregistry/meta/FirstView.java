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
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.Version;
import io.slotregistry.slot.VersionLease;
import java.util.Collections;
import java.util.HexFormat;

/** What a new cluster begins with. */
final class FirstView {
    private FirstView() {}

    /** @param warmsUp whether a new cluster may be an old one that remembers nothing */
    static ClusterView of(NodeContext context, int slotCount, boolean warmsUp) {
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
