package io.slotregistry.data.app;

import io.slotregistry.node.NodeSettings;

/**
 * @param nodePort for other nodes
 * @param httpPort for probes
 */
public record DataPorts(int nodePort, int httpPort) {
    public static final DataPorts DEFAULTS = new DataPorts(9620, 9622);

    public DataPorts {
        NodeSettings.requirePort("nodePort", nodePort);
        NodeSettings.requirePort("httpPort", httpPort);
    }
}
