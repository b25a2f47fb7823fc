package io.slotregistry.cluster;

import com.google.common.collect.ImmutableSortedSet;
import io.slotregistry.model.ProcessId;
import io.slotregistry.slot.VersionLease;

/**
 * What a view hands on from processes that are no more.
 *
 * @param goneSessions session processes that ended so recently that their clients may still be on their way to another
 * @param versions that nodes may give; every process of the view knows it by then
 * @param warmUp whether clients are waited for, because no session of before lives
 */
public record Continuity(ImmutableSortedSet<ProcessId> goneSessions, VersionLease versions, WarmUp warmUp) {
    public static final Continuity NONE = new Continuity(ImmutableSortedSet.of(), VersionLease.NONE, WarmUp.NONE);
}
