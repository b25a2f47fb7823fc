package io.slotregistry.meta.app;

import io.slotregistry.node.NodeSettings;

/**
 * @param nodePort for other nodes; Raft listens on the next one
 * @param httpPort for probes
 * @param dataDir directory for the Raft log, made when it does not exist; used by one process at a time
 * @param electionTimeoutMillis how long Raft followers wait for a silent leader; up to half as much more by chance
 * @param join true for a meta server that waits to be added to an existing group by {@code bin/registry admin members}
 * @param recoverFrom {@code host:port} for nodes of a session or data server, whose view an empty group takes over
 *     after all meta servers have lost their data
 * @param warmUpNew whether a new cluster waits for clients, as one does that was there before; for meta servers whose
 *     directory does not outlive them, such as containers without a volume
 */
public record MetaNodeSettings(
        int nodePort,
        int httpPort,
        String dataDir,
        int electionTimeoutMillis,
        boolean join,
        String recoverFrom,
        boolean warmUpNew) {
    public static final MetaNodeSettings DEFAULTS =
            new MetaNodeSettings(9610, 9615, "slotregistry-data/meta", 1_000, false, "", false);

    public MetaNodeSettings {
        NodeSettings.requirePort("nodePort", nodePort);
        NodeSettings.requirePort("httpPort", httpPort);
        if (dataDir.isBlank()) {
            throw new IllegalArgumentException("dataDir must name a directory");
        }
        if (nodePort == NodeSettings.MAX_PORT) {
            throw new IllegalArgumentException("nodePort must leave the next one to Raft: " + nodePort);
        }
    }
}
