package io.slotregistry.torture;

import io.slotregistry.cluster.LoopbackCluster;
import io.slotregistry.sdk.RegistryCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What happened in a run, kept below the build folder for whoever looks for the cause of a violation. */
final class Events implements AutoCloseable {
    private final Path directory;
    private final PrintWriter events;

    Events(String run) {
        directory = RegistryCommand.directory(run + "-" + System.currentTimeMillis());
        try {
            Files.createDirectories(directory);
            // Flushed with each line: the end of a run that hangs is what matters.
            events = new PrintWriter(Files.newBufferedWriter(directory.resolve("events.log")), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void add(String line) {
        events.println(line);
    }

    Path directory() {
        return directory;
    }

    /** What each node has printed, over all its processes, and what the SDKs are doing. */
    void keep(LoopbackCluster cluster, Population population) {
        cluster.nodes().forEach(node -> keep(node.id().replace('/', '-'), node.output()));
        population.threads().forEach(this::keep);
    }

    private void keep(String name, List<String> lines) {
        try {
            Files.write(directory.resolve(name + ".log"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        events.close();
    }
}
