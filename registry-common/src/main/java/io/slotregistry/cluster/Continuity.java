package io.slotregistry.cluster;

import com.google.common.collect.ImmutableSortedSet;
import io.slotregistry.model.ProcessId;
import io.slotregistry.slot.VersionLease;

/**
 * What a view hands on from processes that are no more.
 *
 * @param goneSessions session processes that ended so recently that their clients may still be on their way to another
 * @param versions that nodes may give; every process of the view knows it by then
 */
public record Continuity(ImmutableSortedSet<ProcessId> goneSessions, VersionLease versions) {
    public static final Continuity NONE = new Continuity(ImmutableSortedSet.of(), VersionLease.NONE);
}
