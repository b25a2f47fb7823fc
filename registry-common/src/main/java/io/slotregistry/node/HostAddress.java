package io.slotregistry.node;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Guesses under which address others reach this host, for when nobody says it. */
final class HostAddress {
    private HostAddress() {}

    /** The local address of the route to the outside; no packet is sent. Loopback when there is no such route. */
    static String guess() {
        try (DatagramSocket socket = new DatagramSocket()) {
            // A documentation address (RFC 5737): connecting a datagram socket only looks up the route.
            socket.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), 9));
            InetAddress local = socket.getLocalAddress();
            return local.isAnyLocalAddress() ? loopback() : local.getHostAddress();
        } catch (IOException | java.io.UncheckedIOException noRoute) {
            return loopback();
        }
    }

    static String name() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException unnamed) {
            return "localhost";
        }
    }

    private static String loopback() {
        return InetAddress.getLoopbackAddress().getHostAddress();
    }
}
