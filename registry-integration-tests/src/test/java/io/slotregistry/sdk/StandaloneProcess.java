package io.slotregistry.sdk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The registry as its users start it on a laptop: all roles in one process, on free ports. */
public final class StandaloneProcess implements RegistryUnderTest {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private static final String LAUNCHER = "io.slotregistry.standalone.RegistryLauncher";

    private final ChildProcess child;
    private final int httpPort;
    private final int boltPort;

    private StandaloneProcess(ChildProcess child, int httpPort, int boltPort) {
        this.child = child;
        this.httpPort = httpPort;
        this.boltPort = boltPort;
        child.await(
                "ready line",
                START_LIMIT,
                events -> events.stream()
                        .filter(event -> event.startsWith("SlotRegistry standalone is ready"))
                        .findFirst());
    }

    /** @param settings such as {@code --registry.session.grace-millis=0} */
    public static StandaloneProcess start(String... settings) {
        List<Integer> ports = freePorts(7);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                ModuleFiles.REPOSITORY.resolve("registry-standalone/target/lib") + "/*",
                LAUNCHER,
                "standalone",
                "--registry.session.port=" + ports.get(0),
                "--registry.session.http-port=" + ports.get(1),
                "--registry.session.node-port=" + ports.get(2),
                "--registry.data.http-port=" + ports.get(3),
                "--registry.data.node-port=" + ports.get(4),
                "--registry.meta.http-port=" + ports.get(5),
                "--registry.meta.node-port=" + ports.get(6),
                "--registry.meta.data-dir=" + ModuleFiles.TARGET.resolve("registry-under-test/" + ports.get(0))));
        command.addAll(List.of(settings));
        ChildProcess child = ChildProcess.start("standalone", command, ModuleFiles.TARGET, Map.of());
        try {
            return new StandaloneProcess(child, ports.get(1), ports.get(0));
        } catch (AssertionError e) {
            child.close();
            throw e;
        }
    }

    @Override
    public int httpPort() {
        return httpPort;
    }

    @Override
    public int boltPort() {
        return boltPort;
    }

    @Override
    public Optional<String> trouble() {
        return child.isAlive() ? child.find("ERROR") : Optional.of(child.report("ended"));
    }

    /** As kill -9. */
    public void kill() {
        child.kill();
    }

    /** As operators stop it. False when it does not end in time. */
    public boolean terminate() {
        return child.terminate(STOP_LIMIT);
    }

    @Override
    public void close() {
        child.close();
    }

    /** Free when asked; all are held until the last is found, so they differ. */
    private static List<Integer> freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<Integer> ports =
                    sockets.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
