package io.slotregistry.session.app;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The file descriptors of the process, of which each connection takes one. */
final class Descriptors {
    /** For other nodes, HTTP and files. */
    private static final int OTHERS = 128;

    private Descriptors() {}

    /** How many connections of clients fit beside all else; the largest number where the system does not tell. */
    static int forClients() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - OTHERS;
            return (int) Math.max(1, Math.min(free, Integer.MAX_VALUE));
        }
        return Integer.MAX_VALUE;
    }
}
