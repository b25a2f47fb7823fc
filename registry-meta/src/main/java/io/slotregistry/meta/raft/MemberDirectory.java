package io.slotregistry.meta.raft;

import io.slotregistry.model.NodeId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one member of one group. It is used by one process at a time and says whose it is, because the vote
 * or the log of another member, or of another cluster, would do harm.
 */
public final class MemberDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberDirectory.class);
    private static final String LOCK_FILE = "lock";
    private static final String MEMBER_FILE = "member";
    private static final String CLUSTER_FILE = "cluster";
    private static final String ADDRESS_FILE = "address";

    private final Path path;
    private final FileChannel lock;

    private MemberDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes it when there is none. The lock is held until it is closed or this process ends.
     *
     * @throws IllegalStateException with one line that says what to do, when it cannot be used
     */
    static MemberDirectory open(Path path, NodeId member) {
        Path directory = path.toAbsolutePath();
        try {
            Files.createDirectories(directory);
            FileChannel channel =
                    FileChannel.open(directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                MemberDirectory opened = new MemberDirectory(directory, channel);
                opened.requireMember(member);
                return opened;
            }
            channel.close();
        } catch (IOException unusable) {
            throw new IllegalStateException(
                    "the data directory " + directory
                            + (Files.isRegularFile(directory) ? " is a file" : " cannot be written")
                            + ": make it a directory that can be written, or choose another with"
                            + " registry.meta.data-dir",
                    unusable);
        }
        throw new IllegalStateException("the data directory " + directory
                + " is in use by another process: stop that one, or choose another with registry.meta.data-dir");
    }

    /** The cluster whose data is in a directory, whether or not it is in use; empty when there is none. */
    public static String clusterIn(Path path) {
        try {
            Path file = path.resolve(CLUSTER_FILE);
            return Files.exists(file) ? Files.readString(file).strip() : "";
        } catch (IOException unreadable) {
            throw new IllegalStateException(
                    "the data directory " + path.toAbsolutePath() + " cannot be read: choose another with"
                            + " registry.meta.data-dir",
                    unreadable);
        }
    }

    Path path(String name) {
        return path.resolve(name);
    }

    /** Notes whose data is in here. */
    void belongsTo(String clusterId) {
        note(CLUSTER_FILE, clusterId);
    }

    /** Notes under which address its group knows this member. */
    void isAt(String address) {
        note(ADDRESS_FILE, address);
    }

    /** What was noted last, empty when nothing was. */
    String address() {
        try {
            Path file = path.resolve(ADDRESS_FILE);
            return Files.exists(file) ? Files.readString(file).strip() : "";
        } catch (IOException unreadable) {
            LOG.warn("event=address-not-read reason=\"{}\"", unreadable.getMessage());
            return "";
        }
    }

    private void note(String name, String line) {
        try {
            Path file = path.resolve(name);
            if (!Files.exists(file) || !Files.readString(file).strip().equals(line)) {
                write(name, line);
            }
        } catch (IOException failed) {
            LOG.warn("event={}-not-noted reason=\"{}\"", name, failed.getMessage());
        }
    }

    private void requireMember(NodeId member) throws IOException {
        Path file = path.resolve(MEMBER_FILE);
        if (!Files.exists(file)) {
            write(MEMBER_FILE, member.toString());
            return;
        }
        String owner = Files.readString(file).strip();
        if (!owner.equals(member.toString())) {
            lock.close();
            throw new IllegalStateException("the data directory " + path + " is that of " + owner + ", and this is "
                    + member + ": correct registry.name, or choose another with registry.meta.data-dir");
        }
    }

    /** As a whole or not at all. */
    private void write(String name, String line) throws IOException {
        Path next = path.resolve(name + ".next");
        Files.write(next, List.of(line));
        Files.move(next, path.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException failed) {
            LOG.warn("event=lock-not-closed reason=\"{}\"", failed.getMessage());
        }
    }
}
