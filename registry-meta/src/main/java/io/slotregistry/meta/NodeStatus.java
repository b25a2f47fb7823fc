package io.slotregistry.meta;

import io.slotregistry.cluster.Member;

/** A living node as the meta leader sees it. */
public record NodeStatus(Member member, int syncingSlots, int clientConnections) {}
