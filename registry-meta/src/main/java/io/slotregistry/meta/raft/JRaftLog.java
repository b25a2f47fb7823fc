package io.slotregistry.meta.raft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.rpc.RaftRpcServerFactory;
import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.rpc.impl.BoltRpcServer;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import com.google.protobuf.InvalidProtocolBufferException;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.meta.log.ReplicatedLog;
import io.slotregistry.rpc.Address;
import io.slotregistry.runtime.Published;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The views of a cluster in a SOFAJRaft group with storage of its own; each log entry is a whole view. */
public final class JRaftLog implements ReplicatedLog {
    private static final Logger LOG = LoggerFactory.getLogger(JRaftLog.class);
    private static final String GROUP = "slotregistry-meta";
    private static final String LOCK_FILE = "lock";
    private static final String SNAPSHOT_FILE = "view";
    private static final int SNAPSHOT_INTERVAL_SECONDS = 600;

    private final RaftSettings settings;
    private final Published<ClusterView> current = new Published<>(ClusterView.NONE);
    private @Nullable RaftGroupService service;
    private @Nullable Node node;
    private @Nullable FileChannel lock;

    public JRaftLog(RaftSettings settings) {
        this.settings = settings;
    }

    /** @throws IllegalStateException with one line that says what to do, when the group member cannot be started */
    @Override
    public synchronized void start(Listener listener) {
        lock = lockDirectory();
        checkPort();
        NodeOptions options = new NodeOptions();
        options.setElectionTimeoutMs(settings.electionTimeoutMillis());
        options.setFsm(new Views(listener));
        options.setLogUri(settings.dataDirectory().resolve("log").toString());
        options.setRaftMetaUri(settings.dataDirectory().resolve("meta").toString());
        options.setSnapshotUri(settings.dataDirectory().resolve("snapshot").toString());
        options.setSnapshotIntervalSecs(SNAPSHOT_INTERVAL_SECONDS);
        Configuration members = new Configuration();
        settings.members().forEach(member -> members.addPeer(peerOf(member)));
        options.setInitialConf(members);
        RaftGroupService group = new RaftGroupService(GROUP, peerOf(settings.self()), options, server(), false);
        service = group;
        node = started(group);
    }

    private Node started(RaftGroupService group) {
        try {
            Node started = group.start();
            if (started != null) {
                return started;
            }
        } catch (IllegalStateException failed) {
            LOG.debug("event=raft-not-started", failed);
        }
        throw new IllegalStateException("the meta server cannot start its Raft member on " + settings.bind() + ":"
                + peerOf(settings.self()).getPort() + " with storage in "
                + settings.dataDirectory().toAbsolutePath()
                + ": see the log for the reason; if the storage is damaged, move it away");
    }

    /** JRaft would only say that it cannot. */
    private void checkPort() {
        int port = peerOf(settings.self()).getPort();
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(settings.bind(), port));
        } catch (IOException unavailable) {
            throw new IllegalStateException(
                    "cannot listen on " + settings.bind() + ":" + port + " for Raft (" + unavailable.getMessage()
                            + "): stop the process that uses the port, or choose another registry.meta.node-port,"
                            + " because Raft's is the next one",
                    unavailable);
        }
    }

    /** By itself JRaft listens on all addresses. */
    private RpcServer server() {
        RpcServer server = new BoltRpcServer(new com.alipay.remoting.rpc.RpcServer(
                settings.bind(), peerOf(settings.self()).getPort(), true));
        RaftRpcServerFactory.addRaftRequestProcessors(server);
        return server;
    }

    @Override
    public void stop() {
        takeNoMoreProposals();
        RaftGroupService running = service;
        if (running != null) {
            running.shutdown();
            try {
                running.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (lock != null) {
            try {
                lock.close();
            } catch (IOException failed) {
                LOG.warn("event=lock-not-closed reason=\"{}\"", failed.getMessage());
            }
        }
    }

    /** A proposal that is being made is made before the member shuts down under it. */
    private synchronized void takeNoMoreProposals() {
        node = null;
    }

    @Override
    public synchronized void propose(ClusterView next) {
        Node running = node;
        if (running != null) {
            Task task = new Task();
            task.setData(ByteBuffer.wrap(next.toProto().toByteArray()));
            task.setDone(status -> {
                if (!status.isOk()) {
                    LOG.warn("event=proposal-failed epoch={} reason=\"{}\"", next.epoch(), status.getErrorMsg());
                }
            });
            running.apply(task);
        }
    }

    @Override
    public @Nullable Address leader() {
        Node running = node;
        PeerId leader = running == null ? null : running.getLeaderId();
        return leader == null || leader.isEmpty()
                ? null
                : new Address(leader.getIp(), leader.getPort() - RaftSettings.PORT_OFFSET);
    }

    /** Makes the directory when there is none. The lock is held until it is closed or this process ends. */
    private FileChannel lockDirectory() {
        Path directory = settings.dataDirectory().toAbsolutePath();
        try {
            Files.createDirectories(directory);
            FileChannel channel =
                    FileChannel.open(directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                return channel;
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

    private static PeerId peerOf(Address address) {
        return new PeerId(address.host(), address.port() + RaftSettings.PORT_OFFSET);
    }

    /** Applies views in the order of the log. Called by JRaft's apply thread only. */
    private final class Views extends StateMachineAdapter {
        private final Listener listener;

        Views(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void onApply(Iterator entries) {
            while (entries.hasNext()) {
                ByteBuffer data = entries.getData();
                if (data != null) {
                    take(parse(data));
                }
                Closure done = entries.done();
                if (done != null) {
                    done.run(Status.OK());
                }
                entries.next();
            }
        }

        @Override
        public void onLeaderStart(long term) {
            listener.leadership(true);
        }

        @Override
        public void onLeaderStop(Status status) {
            listener.leadership(false);
        }

        @Override
        public void onSnapshotSave(SnapshotWriter writer, Closure done) {
            try {
                Files.write(
                        Path.of(writer.getPath(), SNAPSHOT_FILE),
                        current.get().toProto().toByteArray());
                boolean added = writer.addFile(SNAPSHOT_FILE);
                done.run(added ? Status.OK() : new Status(RaftError.EIO, "snapshot file not added"));
            } catch (IOException failed) {
                done.run(new Status(RaftError.EIO, "snapshot not written: %s", failed.getMessage()));
            }
        }

        @Override
        public boolean onSnapshotLoad(SnapshotReader reader) {
            try {
                byte[] bytes = Files.readAllBytes(Path.of(reader.getPath(), SNAPSHOT_FILE));
                ClusterView view = ClusterView.fromProto(io.slotregistry.proto.ClusterView.parseFrom(bytes));
                if (!view.isNone()) {
                    current.set(view);
                    listener.applied(view);
                }
                return true;
            } catch (IOException failed) {
                LOG.error("event=snapshot-unreadable reason=\"{}\"", failed.getMessage());
                return false;
            }
        }

        /** Of proposals for the same epoch the first wins. */
        private void take(ClusterView next) {
            if (next.epoch() == current.get().epoch() + 1) {
                current.set(next);
                listener.applied(next);
            }
        }

        private ClusterView parse(ByteBuffer data) {
            try {
                return ClusterView.fromProto(io.slotregistry.proto.ClusterView.parseFrom(data));
            } catch (InvalidProtocolBufferException corrupt) {
                throw new UncheckedIOException(corrupt);
            }
        }
    }
}
