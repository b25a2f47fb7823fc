package io.slotregistry.cluster;

/**
 * Whether the cluster waits for clients that come back after a start of everything. What is known then may be a part.
 *
 * @param active while it lasts, versions are only presumed
 * @param publications about as many as there were before, or {@link #NEVER} or {@link #UNKNOWN}
 */
public record WarmUp(boolean active, int publications) {
    /** No session was ever there, so nobody can come back. */
    public static final int NEVER = -1;

    /** There may have been any. */
    public static final int UNKNOWN = -2;

    /** Of a cluster that begins. */
    public static final WarmUp NONE = new WarmUp(false, NEVER);
}
