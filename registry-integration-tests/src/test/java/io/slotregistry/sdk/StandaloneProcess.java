package io.slotregistry.sdk;

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

    /** Raft takes the one after the meta server's. */
    private static final int PORTS = 8;

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
        int port = FreePorts.next(PORTS);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                ModuleFiles.REPOSITORY.resolve("registry-standalone/target/lib") + "/*",
                LAUNCHER,
                "standalone",
                "--registry.session.port=" + port,
                "--registry.session.http-port=" + (port + 1),
                "--registry.session.node-port=" + (port + 2),
                "--registry.data.http-port=" + (port + 3),
                "--registry.data.node-port=" + (port + 4),
                "--registry.meta.http-port=" + (port + 5),
                "--registry.meta.node-port=" + (port + 6),
                "--registry.meta.data-dir=" + ModuleFiles.TARGET.resolve("registry-under-test/" + port)));
        command.addAll(List.of(settings));
        ChildProcess child = ChildProcess.start("standalone", command, ModuleFiles.TARGET, Map.of());
        try {
            return new StandaloneProcess(child, port + 1, port);
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
}
