package io.slotregistry.session.app;

import io.slotregistry.node.NodeSettings;

/**
 * @param port for clients
 * @param nodePort for other nodes
 * @param httpPort for clients' address list and probes
 */
public record SessionPorts(int port, int nodePort, int httpPort) {
    public static final SessionPorts DEFAULTS = new SessionPorts(9600, 9601, 9603);

    public SessionPorts {
        NodeSettings.requirePort("port", port);
        NodeSettings.requirePort("nodePort", nodePort);
        NodeSettings.requirePort("httpPort", httpPort);
    }
}
