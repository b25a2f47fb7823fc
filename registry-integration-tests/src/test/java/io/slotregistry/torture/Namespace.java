package io.slotregistry.torture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A host of its own: a network namespace with one link to this machine. When the link is down, nothing says so to
 * anybody at the other end. Needs Linux and the right to make one.
 */
final class Namespace implements AutoCloseable {
    private static final long COMMAND_SECONDS = 10;

    /** So that test runs on one machine do not meet: each takes a network of four addresses. */
    private static final long NUMBER = ProcessHandle.current().pid() % 8_000;

    private static final String NAME = "slotregistry" + NUMBER;
    private static final String HERE = "sr" + NUMBER + "a";
    private static final String THERE = "sr" + NUMBER + "b";
    private static final String NETWORK = "10." + (200 + NUMBER / 4_000) + "." + NUMBER % 4_000 / 63 + ".";
    private static final long FIRST_ADDRESS = NUMBER % 63 * 4;

    private Namespace() {}

    /** Why there can be none here; empty when there can. */
    static String missing() {
        try (Namespace ignored = open()) {
            return "";
        } catch (IOException e) {
            return "silent hosts are not tested: " + e.getMessage();
        }
    }

    static Namespace open() throws IOException {
        Namespace namespace = new Namespace();
        try {
            run("ip", "netns", "add", NAME);
            run("ip", "link", "add", HERE, "type", "veth", "peer", "name", THERE);
            run("ip", "link", "set", THERE, "netns", NAME);
            run("ip", "address", "add", namespace.hostAddress() + "/30", "dev", HERE);
            run("ip", "link", "set", HERE, "up");
            namespace.runInside("ip", "address", "add", NETWORK + (FIRST_ADDRESS + 2) + "/30", "dev", THERE);
            namespace.runInside("ip", "link", "set", THERE, "up");
            return namespace;
        } catch (IOException e) {
            namespace.close();
            throw e;
        }
    }

    /** Of this machine, as processes inside see it. */
    String hostAddress() {
        return NETWORK + (FIRST_ADDRESS + 1);
    }

    /** What a command begins with that is to run inside. */
    List<String> prefix() {
        return List.of("ip", "netns", "exec", NAME);
    }

    /** As a host whose power fails: nothing comes from it any more, nothing reaches it. */
    void takeLinkDown() throws IOException {
        runInside("ip", "link", "set", THERE, "down");
    }

    private void runInside(String... command) throws IOException {
        List<String> all = new ArrayList<>(prefix());
        all.addAll(List.of(command));
        run(all.toArray(new String[0]));
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        for (List<String> command : List.of(List.of("link", "delete", HERE), List.of("netns", "delete", NAME))) {
            List<String> all = new ArrayList<>(List.of("ip"));
            all.addAll(command);
            try {
                run(all.toArray(new String[0]));
            } catch (IOException e) {
                // It was not made, or is gone with the other.
            }
        }
    }
}
