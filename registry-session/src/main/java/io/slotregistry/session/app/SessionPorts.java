package io.slotregistry.session.app;

import io.slotregistry.node.NodeSettings;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Host;

/**
 * @param port for clients
 * @param nodePort for other nodes
 * @param httpPort for clients' address list and probes
 * @param advertiseHost name or IPv4 address that clients are given, when it is not {@code registry.advertise}; existing
 *     SDKs cannot use an IPv6 address
 * @param advertisePort that clients are given, when a port of another machine is mapped to {@code port}; 0 for that
 */
public record SessionPorts(int port, int nodePort, int httpPort, String advertiseHost, int advertisePort) {
    public static final SessionPorts DEFAULTS = new SessionPorts(9600, 9601, 9603, "", 0);

    public SessionPorts {
        NodeSettings.requirePort("port", port);
        NodeSettings.requirePort("nodePort", nodePort);
        NodeSettings.requirePort("httpPort", httpPort);
        if (advertisePort != 0) {
            NodeSettings.requirePort("advertisePort", advertisePort);
        }
        if (!advertiseHost.isBlank()) {
            advertiseHost = NodeSettings.advertisedHost("advertiseHost", advertiseHost);
            if (Host.isIpv6(advertiseHost)) {
                throw new IllegalArgumentException("advertiseHost is for clients, and existing SDKs cannot use an IPv6"
                        + " address: give a name or an IPv4 address in place of " + advertiseHost);
            }
        }
    }

    /** Where clients reach this session, on the host that others are told. */
    Address clientAddress(String host) {
        return new Address(advertiseHost.isBlank() ? host : advertiseHost, advertisePort == 0 ? port : advertisePort);
    }
}
