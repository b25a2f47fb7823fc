package io.slotregistry.sdk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers: below those that the system gives to outgoing connections, of which the tests have many. */
final class FreePorts {
    private static final int FIRST = 12_000;
    private static final int LAST = 31_000;
    private static final int ATTEMPTS = 200;

    private FreePorts() {}

    /** The first of several neighbours that are all free now. */
    static int next(int count) {
        for (int i = 0; i < ATTEMPTS; i++) {
            int first = ThreadLocalRandom.current().nextInt(FIRST, LAST - count);
            if (areFree(first, count)) {
                return first;
            }
        }
        throw new AssertionError("no " + count + " free ports in a row");
    }

    private static boolean areFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try {
                new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
