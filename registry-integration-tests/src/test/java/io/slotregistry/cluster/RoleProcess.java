package io.slotregistry.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.sdk.ChildProcess;
import io.slotregistry.sdk.RegistryCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One process of the registry: waits for what it says with a deadline, and shows what it said when a wait fails. */
public final class RoleProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(8);
    private static final int TERMINATED = 128 + 15;
    /** What JRaft makes an ERROR of when another meta server is away. */
    private static final List<String> A_PEER_IS_AWAY =
            List.of("Fail to connect ", "Fail to init sending channel to ", "Fail to add a replicator");

    private final String title;
    private final ChildProcess child;

    private RoleProcess(String title, ChildProcess child) {
        this.title = title;
        this.child = child;
    }

    /** @param arguments a role and its settings */
    static RoleProcess start(Map<String, String> environment, List<String> arguments) {
        String title = arguments.isEmpty() ? "registry" : arguments.get(0);
        return new RoleProcess(title, RegistryCommand.start(title, environment, arguments));
    }

    static RoleProcess start(String... arguments) {
        return start(Map.of(), List.of(arguments));
    }

    RoleProcess awaitReady() {
        return awaitOutput("SlotRegistry " + title + " is ready");
    }

    RoleProcess awaitOutput(String text) {
        child.await(
                "'" + text + "'",
                START_LIMIT,
                lines -> lines.stream().filter(line -> line.contains(text)).findFirst());
        return this;
    }

    /** As kill -9. */
    public void kill() {
        child.kill();
    }

    /** As kill -STOP. */
    public void freeze() {
        child.freeze();
    }

    /** As kill -CONT. */
    public void thaw() {
        child.thaw();
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /** As an operator stops it: it must end in time and without complaint. */
    public void stop() {
        child.terminate(STOP_LIMIT);
        assertThat(child.awaitExitCode(STOP_LIMIT)).as(child.report("stopped")).isIn(0, TERMINATED);
        assertThat(complaints()).as(child.report("stopped")).isEmpty();
    }

    int awaitExitCode(Duration limit) {
        return child.awaitExitCode(limit);
    }

    public List<String> output() {
        return child.events();
    }

    List<String> errors() {
        return child.errors();
    }

    public String report(String problem) {
        return child.report(problem);
    }

    /** Everything that an operator would take for a bug. */
    public List<String> complaints() {
        List<String> complaints = new ArrayList<>(child.errors());
        child.events().stream()
                .filter(line -> line.contains("ERROR") || line.startsWith("\tat ") || line.contains("Exception:"))
                .filter(line -> A_PEER_IS_AWAY.stream().noneMatch(line::contains))
                .forEach(complaints::add);
        return complaints;
    }

    @Override
    public void close() {
        child.close();
    }
}
