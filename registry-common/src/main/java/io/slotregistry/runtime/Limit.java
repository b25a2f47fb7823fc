package io.slotregistry.runtime;

import java.util.Locale;

/** What bounds the messages and the memory of a node's streams, and what happens when it is reached. */
public enum Limit {
    /** Bytes of one message of a stream, about; the rest of what is dirty goes into the next one. */
    MESSAGE_BYTES(512 * 1024),
    /** Bytes of one chunk of a snapshot, about; the mirror is replaced when the last chunk arrives. */
    CHUNK_BYTES(512 * 1024),
    /** Changes that a data server is owed in a slot, beside those of publications: it is sent a snapshot instead. */
    CHANGES_OWED(1_024),
    /** Ended watches that a leader is owed in a slot: it is told all watches instead. */
    WATCHES_OWED(1_024),
    /** Services of a slot that stay watched for a while without subscribers: the oldest is given up. */
    WATCHES_KEPT(256),
    /** Removals that a session remembers in a slot with fewer publications: the eldest is forgotten. */
    REMOVALS(256),
    /** Unpublished registrations that a data server remembers in a slot: the eldest is forgotten. */
    UNPUBLISHED(1_024),
    /** Changes of a service that deltas reach back: who is further behind gets the whole. */
    HISTORY(256),
    /** Events of a timeline, as set: the oldest are overwritten. Counted once for each round. */
    TIMELINE(Limit.AS_SET),
    /** Pushes to one connection at once, as set: the next ones wait. */
    PUSH_BURST(Limit.AS_SET),
    /** Cost of the pushes of a service, as set: its changes are collected for a while. */
    PUSH_COST(Limit.AS_SET);

    /** Another setting says it; here it is only counted. */
    private static final int AS_SET = 0;

    private final int usual;

    Limit(int usual) {
        this.usual = usual;
    }

    /** Whether it is to be found here and not among the settings of operators. */
    public boolean isHere() {
        return usual != AS_SET;
    }

    /** What it is unless a node is told otherwise. */
    public int usual() {
        return usual;
    }

    public String lowerName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
