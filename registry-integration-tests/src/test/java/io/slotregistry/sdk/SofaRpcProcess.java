package io.slotregistry.sdk;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A SOFARPC application in a process of its own. */
public final class SofaRpcProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final ChildProcess child;
    private int told;

    private SofaRpcProcess(ChildProcess child) {
        this.child = child;
        awaitNext();
    }

    public static SofaRpcProcess start(int httpPort) {
        CompiledDriver driver = CompiledDriver.compile(
                ModuleFiles.SOURCES.resolve("sofarpc/java"),
                ModuleFiles.TARGET.resolve("sdk/sofarpc"),
                ModuleFiles.TARGET.resolve("sdk-driver/sofarpc"));
        return new SofaRpcProcess(ChildProcess.start(
                "sofarpc",
                JavaCommand.run("io.slotregistry.sofarpc.driver.SofaRpcDriver", driver, String.valueOf(httpPort)),
                ModuleFiles.TARGET,
                Map.of()));
    }

    /** Sends a command and returns the event that it leads to. */
    public String tell(String command) {
        child.send(command);
        return awaitNext();
    }

    /** Repeats a command until it leads to this event. */
    public void tellUntil(String command, String event) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        String answer = tell(command);
        while (!answer.equals(event)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(child.report("'" + command + "' never leads to '" + event + "'"));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            answer = tell(command);
        }
    }

    public String report(String problem) {
        return child.report(problem);
    }

    private String awaitNext() {
        String event = child.await("answer to the command", LIMIT, this::untold);
        told++;
        return event;
    }

    private Optional<String> untold(List<String> events) {
        return events.size() > told ? Optional.of(events.get(told)) : Optional.empty();
    }

    @Override
    public void close() {
        child.close();
    }
}
