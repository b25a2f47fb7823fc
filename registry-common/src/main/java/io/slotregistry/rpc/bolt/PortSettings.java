package io.slotregistry.rpc.bolt;

/**
 * @param maxContentBytes of one frame
 * @param idleMillis without traffic in either direction after which a connection is closed; 0 for never
 * @param silentPeerSeconds after which the kernel gives up a peer that does not acknowledge anything; on Linux only
 */
public record PortSettings(int maxContentBytes, long idleMillis, int silentPeerSeconds) {
    public PortSettings {
        if (maxContentBytes < 1_024) {
            throw new IllegalArgumentException("maxContentBytes must be at least 1024: " + maxContentBytes);
        }
        if (idleMillis < 0) {
            throw new IllegalArgumentException("idleMillis must not be negative: " + idleMillis);
        }
        if (silentPeerSeconds < 5 || silentPeerSeconds > 3_600) {
            throw new IllegalArgumentException("silentPeerSeconds out of range 5..3600: " + silentPeerSeconds);
        }
    }
}
