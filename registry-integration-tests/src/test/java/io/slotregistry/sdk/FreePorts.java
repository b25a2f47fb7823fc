package io.slotregistry.sdk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports that nobody listens on, below those that the system gives to outgoing connections: such a connection could
 * take one before the registry does.
 */
public final class FreePorts {
    private static final int FIRST = 20_000;
    private static final int SPAN = 12_000;

    /** Test runs on one machine begin at different places. */
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 97 % SPAN));

    private FreePorts() {}

    /** The first of that many ports in a row, none of which was returned before. */
    public static int take(int count) {
        while (true) {
            int first = FIRST + Math.floorMod(NEXT.getAndAdd(count), SPAN);
            if (areFree(first, count)) {
                return first;
            }
        }
    }

    private static boolean areFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try (ServerSocket ignored = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                continue;
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
