package io.slotregistry.torture;

import io.slotregistry.cluster.ClusterNode;
import io.slotregistry.cluster.LoopbackCluster;
import io.slotregistry.sdk.RegistryCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

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

    /** What each node has printed, over all its processes. */
    void keepLogs(LoopbackCluster cluster) {
        try {
            for (ClusterNode node : cluster.nodes()) {
                Files.write(directory.resolve(node.id().replace('/', '-') + ".log"), node.output());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        events.close();
    }
}
