package io.slotregistry.node;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

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

    static boolean isLoopback(String host) {
        return host.equals(loopback());
    }

    /**
     * The name of this host, whether or not it can be resolved.
     *
     * @throws StartupException when it has none: two nodes of one name would take each other's place
     */
    static String name() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException unresolved) {
            return unresolvedName();
        }
    }

    private static String unresolvedName() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            if (!name.isEmpty() && !name.equals("(none)")) {
                return name;
            }
        } catch (IOException notLinux) {
            String name = System.getenv("HOSTNAME");
            if (name != null && !name.isBlank()) {
                return name;
            }
        }
        throw new StartupException("this host has no name: give the node a lasting one with registry.name");
    }

    private static String loopback() {
        return InetAddress.getLoopbackAddress().getHostAddress();
    }
}
