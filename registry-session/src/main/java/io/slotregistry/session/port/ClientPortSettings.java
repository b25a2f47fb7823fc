package io.slotregistry.session.port;

import io.slotregistry.rpc.bolt.PortSettings;

/**
 * @param maxFrameBytes of one message; a longer one gets no answer, and the connection goes on
 * @param frameMillis in which a message must have come in
 * @param idleMillis without traffic in either direction after which a connection is closed; one of the existing SDKs
 *     sends something only every 30 seconds and none expects less than 90
 * @param silentClientSeconds after which the kernel gives up a client whose host vanished; on Linux only
 * @param maxConnections of clients at a time; fewer when the process may not open as many descriptors
 * @param maxConnectionsPerAddress of these, from one IPv4 address or one IPv6 network of 64 bits
 */
public record ClientPortSettings(
        int maxFrameBytes,
        long frameMillis,
        long idleMillis,
        int silentClientSeconds,
        int maxConnections,
        int maxConnectionsPerAddress,
        RegistrationLimits registrations) {
    public static final ClientPortSettings DEFAULTS =
            new ClientPortSettings(1024 * 1024, 30_000, 120_000, 12, 50_000, 20_000, RegistrationLimits.DEFAULTS);

    private static final int MAX_FRAME_BYTES = 256 * 1024 * 1024;
    /** SDKs wait for each answer before they send the next request; who does not is read more slowly. */
    private static final int MAX_UNANSWERED = 1_024;
    /** The share of the descriptors that is for connections that are let in. */
    private static final double ADMITTED = 0.9;

    public ClientPortSettings {
        if (maxFrameBytes < 1_024 || maxFrameBytes > MAX_FRAME_BYTES) {
            throw new IllegalArgumentException(
                    "maxFrameBytes out of range 1024.." + MAX_FRAME_BYTES + ": " + maxFrameBytes);
        }
        if (frameMillis < 1_000 || frameMillis > 3_600_000) {
            throw new IllegalArgumentException("frameMillis out of range 1000..3600000: " + frameMillis);
        }
        if (silentClientSeconds < 5 || silentClientSeconds > 3_600) {
            throw new IllegalArgumentException("silentClientSeconds out of range 5..3600: " + silentClientSeconds);
        }
        if (idleMillis < 90_000) {
            throw new IllegalArgumentException("idleMillis must be at least 90000: " + idleMillis);
        }
        if (maxConnections < 1) {
            throw new IllegalArgumentException("maxConnections must be positive: " + maxConnections);
        }
        if (maxConnectionsPerAddress < 1) {
            throw new IllegalArgumentException(
                    "maxConnectionsPerAddress must be positive: " + maxConnectionsPerAddress);
        }
    }

    /** The same, with no more connections than fit into the descriptors, and a few that are turned away. */
    public ClientPortSettings within(int descriptors) {
        int room = Math.max(1, (int) (descriptors * ADMITTED));
        return maxConnections <= room
                ? this
                : new ClientPortSettings(
                        maxFrameBytes,
                        frameMillis,
                        idleMillis,
                        silentClientSeconds,
                        room,
                        maxConnectionsPerAddress,
                        registrations);
    }

    /** @param memory for what clients make the port hold, in bytes */
    PortSettings port(long memory) {
        return new PortSettings(
                maxFrameBytes,
                idleMillis,
                silentClientSeconds,
                new PortSettings.Strangers(true, MAX_UNANSWERED, maxFrameBytes, frameMillis, memory / 2, memory));
    }
}
