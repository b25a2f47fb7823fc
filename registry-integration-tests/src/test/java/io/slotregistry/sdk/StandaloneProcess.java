package io.slotregistry.sdk;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The registry as its users start it on a laptop: all roles in one process, on free ports. */
public final class StandaloneProcess implements RegistryUnderTest {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private final ChildProcess child;
    private final StandalonePorts ports;

    private StandaloneProcess(ChildProcess child, StandalonePorts ports) {
        this.child = child;
        this.ports = ports;
        child.await(
                "ready line",
                START_LIMIT,
                events -> events.stream()
                        .filter(event -> event.startsWith("SlotRegistry standalone is ready"))
                        .findFirst());
    }

    /** @param settings such as {@code --registry.session.grace-millis=0} */
    public static StandaloneProcess start(String... settings) {
        return startWith(List.of(), settings);
    }

    /** @param flags of the virtual machine, such as {@code -Xmx128m} */
    public static StandaloneProcess startWith(List<String> flags, String... settings) {
        StandalonePorts ports = StandalonePorts.free();
        List<String> command = new ArrayList<>(List.of("standalone"));
        command.addAll(ports.settings());
        command.addAll(List.of(settings));
        ChildProcess child = RegistryCommand.start("standalone", Map.of(), flags, command);
        try {
            return new StandaloneProcess(child, ports);
        } catch (AssertionError e) {
            child.close();
            throw e;
        }
    }

    @Override
    public int httpPort() {
        return ports.http();
    }

    @Override
    public int boltPort() {
        return ports.client();
    }

    public StandalonePorts ports() {
        return ports;
    }

    /** What it printed so far, line by line. */
    public List<String> output() {
        return child.events();
    }

    /** On Linux: the names of its threads, of which the kernel keeps 15 characters. */
    public List<String> threadNames() {
        return child.threadNames();
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
