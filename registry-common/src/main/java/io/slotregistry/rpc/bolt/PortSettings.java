package io.slotregistry.rpc.bolt;

/**
 * @param maxContentBytes of one frame
 * @param idleMillis without traffic in either direction after which a connection is closed; 0 for never
 * @param silentPeerSeconds after which the kernel gives up a peer that does not acknowledge anything; on Linux only
 * @param strangers what those may who connect without having proved anything; for clients
 */
public record PortSettings(int maxContentBytes, long idleMillis, int silentPeerSeconds, Strangers strangers) {
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

    /** For peers that prove themselves before they may do anything. */
    public PortSettings(int maxContentBytes, long idleMillis, int silentPeerSeconds) {
        this(maxContentBytes, idleMillis, silentPeerSeconds, Strangers.TRUSTED);
    }

    /**
     * @param skipsOversized whether a frame that is too long is read past; else it ends the connection
     * @param maxUnanswered requests of one connection before no more of its bytes are read
     * @param maxUnansweredBytes the same in bytes
     * @param frameMillis in which a frame must be complete; 0 for no limit
     * @param maxInboundBytes of all connections, for frames that are not complete and requests without an answer
     * @param maxOutboundBytes of all connections, for what their peers have not read
     */
    public record Strangers(
            boolean skipsOversized,
            int maxUnanswered,
            long maxUnansweredBytes,
            long frameMillis,
            long maxInboundBytes,
            long maxOutboundBytes) {
        private static final long ANY = Long.MAX_VALUE / 4;

        static final Strangers TRUSTED = new Strangers(false, Integer.MAX_VALUE, ANY, 0, ANY, ANY);

        public Strangers {
            if (maxUnanswered < 1
                    || maxUnansweredBytes < 1
                    || frameMillis < 0
                    || maxInboundBytes < 1
                    || maxOutboundBytes < 1) {
                throw new IllegalArgumentException("limits of strangers must be positive");
            }
        }
    }
}
