package io.slotregistry.sdk;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A process with clients of one SDK in it. */
public final class SdkProcess implements AutoCloseable {
    private final Sdk sdk;
    private final ChildProcess child;
    private int names;
    private int failuresTold;

    SdkProcess(Sdk sdk, ChildProcess child) {
        this.sdk = sdk;
        this.child = child;
        await("ready", events -> events.contains("ready") ? Optional.of(true) : Optional.empty());
    }

    public Sdk sdk() {
        return sdk;
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /** A client with a connection of its own. It lives until the process ends: the SDKs cannot close one. */
    public SdkClient open(ClientOptions options) {
        String name = name("client");
        send("open " + name + options.words());
        return new SdkClient(this, name);
    }

    /** A client with default settings whose discovery asks this port. */
    public SdkClient open(int httpPort) {
        return open(ClientOptions.at(httpPort));
    }

    /**
     * From now on pushes are given to the listener and not kept.
     *
     * @param listener takes the key of the subscriber and the push; it must not block
     */
    public void hearPushes(BiConsumer<String, Push> listener) {
        child.take(line -> {
            if (!line.startsWith("pushed ")) {
                return false;
            }
            int end = line.indexOf(' ', "pushed ".length());
            listener.accept(line.substring("pushed ".length(), end), Push.parse(line.substring(end + 1)));
            return true;
        });
    }

    /** What it is doing, for whoever looks for the cause of a failure. */
    public List<String> threads() {
        child.askForThreads();
        await(
                "threads",
                events -> events.stream()
                        .filter(event -> event.startsWith("Heap"))
                        .findFirst());
        return child.events();
    }

    /** As kill -9. */
    public void kill() {
        child.kill();
    }

    @Override
    public void close() {
        child.close();
    }

    String name(String kind) {
        return kind + names++;
    }

    void send(String line) {
        child.send(line);
    }

    List<String> events() {
        return child.events();
    }

    <T> T await(String what, Function<List<String>, Optional<T>> condition) {
        return await(what, sdk.patience(), condition);
    }

    <T> T await(String what, Duration limit, Function<List<String>, Optional<T>> condition) {
        return child.await(what, limit, events -> {
            failOnNewFailure(events);
            return condition.apply(events);
        });
    }

    private void failOnNewFailure(List<String> events) {
        List<String> failures =
                events.stream().filter(event -> event.startsWith("failed ")).toList();
        if (failures.size() > failuresTold) {
            String failure = failures.get(failuresTold);
            failuresTold = failures.size();
            throw new AssertionError(child.report(failure));
        }
    }
}
