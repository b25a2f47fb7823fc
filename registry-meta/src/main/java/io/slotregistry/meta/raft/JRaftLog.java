package io.slotregistry.meta.raft;

import com.alipay.remoting.config.BoltGenericOption;
import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.NodeImpl;
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
import com.google.common.collect.ImmutableList;
import com.google.protobuf.InvalidProtocolBufferException;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.meta.log.ReplicatedLog;
import io.slotregistry.proto.ViewEntry;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Host;
import io.slotregistry.runtime.Published;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** The views of a cluster in a SOFAJRaft group with storage of its own; each log entry is a whole view. */
public final class JRaftLog implements ReplicatedLog {
    private static final Logger LOG = LoggerFactory.getLogger(JRaftLog.class);
    private static final String SNAPSHOT_FILE = "view";
    private static final int SNAPSHOT_INTERVAL_SECONDS = 600;
    /** An entry is a whole view, tens of kilobytes in a large cluster. */
    private static final int ENTRIES_PER_SNAPSHOT = 256;

    static {
        keepSignalOfTheJvm();
    }

    private final RaftSettings settings;
    private final Published<ClusterView> current = new Published<>(ClusterView.NONE);
    private @Nullable RaftGroupService service;
    private volatile @Nullable Node node;
    private @Nullable MemberDirectory directory;

    public JRaftLog(RaftSettings settings) {
        this.settings = settings;
    }

    /** @throws IllegalStateException with one line that says what to do, when the group member cannot be started */
    @Override
    public synchronized void start(Listener listener) {
        MemberDirectory opened = MemberDirectory.open(settings.dataDirectory(), settings.member());
        directory = opened;
        checkPort();
        NodeOptions options = new NodeOptions();
        options.setElectionTimeoutMs(settings.electionTimeoutMillis());
        options.getRaftOptions().setMaxElectionDelayMs(settings.electionTimeoutMillis() / 2);
        options.setFsm(new Views(listener, opened));
        options.setLogUri(opened.path("log").toString());
        options.setRaftMetaUri(opened.path("meta").toString());
        options.setSnapshotUri(opened.path("snapshot").toString());
        options.setSnapshotIntervalSecs(SNAPSHOT_INTERVAL_SECONDS);
        options.setInitialConf(configurationOf(settings.members()));
        RaftGroupService group =
                new RaftGroupService(settings.group(), peerOf(settings.self()), options, server(), false);
        service = group;
        node = started(group);
    }

    /**
     * JRaft's node class takes SIGUSR2 when it is initialised, and has no switch for that. HotSpot stops threads with
     * that signal: without it Flight Recorder sees no Java frame, and starts a thread per sample.
     */
    private static void keepSignalOfTheJvm() {
        Signal signal;
        try {
            signal = new Signal("USR2");
        } catch (IllegalArgumentException unknownHere) {
            return;
        }
        SignalHandler ofTheJvm = Signal.handle(signal, SignalHandler.SIG_IGN);
        try {
            Class.forName(NodeImpl.class.getName());
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            Signal.handle(signal, ofTheJvm);
        }
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
        com.alipay.remoting.rpc.RpcServer port = new com.alipay.remoting.rpc.RpcServer(
                settings.bind(), peerOf(settings.self()).getPort(), true);
        port.option(BoltGenericOption.EXTENDED_NETTY_CHANNEL_HANDLER, RaftPortGuard.forAllConnections());
        RpcServer server = new BoltRpcServer(port);
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
        if (directory != null) {
            directory.close();
        }
    }

    /** A proposal that is being made is made before the member shuts down under it. */
    private synchronized void takeNoMoreProposals() {
        node = null;
    }

    @Override
    public synchronized void propose(long replaced, ClusterView next) {
        Node running = node;
        if (running != null) {
            Task task = new Task();
            task.setData(ByteBuffer.wrap(ViewEntry.newBuilder()
                    .setReplaced(replaced)
                    .setView(next.toProto())
                    .build()
                    .toByteArray()));
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
        return leader == null || leader.isEmpty() ? null : addressOf(leader);
    }

    @Override
    public ImmutableList<Address> members() {
        Configuration known = node instanceof NodeImpl running ? running.getCurrentConf() : null;
        return known == null
                ? ImmutableList.of()
                : known.listPeers().stream()
                        .map(JRaftLog::addressOf)
                        .sorted(Comparator.comparing(Address::toString))
                        .collect(ImmutableList.toImmutableList());
    }

    @Override
    public synchronized void changeMembers(ImmutableList<Address> next, Consumer<String> done) {
        Node running = node;
        if (running == null) {
            done.accept("this meta server is stopping");
        } else {
            running.changePeers(configurationOf(next), status -> done.accept(status.isOk() ? "" : reasonOf(status)));
        }
    }

    private static String reasonOf(Status status) {
        return status.getRaftError() == RaftError.ECATCHUP
                ? "a new member did not get the log in time: see that it runs and can be reached"
                : status.getRaftError() + " " + status.getErrorMsg();
    }

    private static Configuration configurationOf(ImmutableList<Address> addresses) {
        Configuration configuration = new Configuration();
        addresses.forEach(address -> configuration.addPeer(peerOf(address)));
        return configuration;
    }

    private static Address addressOf(PeerId peer) {
        return new Address(peer.getIp(), peer.getPort() - RaftSettings.PORT_OFFSET);
    }

    private static PeerId peerOf(Address address) {
        return new PeerId(Host.inText(address.host()), address.port() + RaftSettings.PORT_OFFSET);
    }

    /** Applies views in the order of the log. Called by JRaft's apply thread only. */
    private final class Views extends StateMachineAdapter {
        private final Listener listener;
        private final MemberDirectory home;
        private int entriesSinceSnapshot;

        Views(Listener listener, MemberDirectory home) {
            this.listener = listener;
            this.home = home;
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
                entriesSinceSnapshot++;
            }
            Node running = node;
            if (entriesSinceSnapshot >= ENTRIES_PER_SNAPSHOT && running != null) {
                entriesSinceSnapshot = 0;
                running.snapshot(status -> LOG.debug("event=snapshot status=\"{}\"", status));
            }
        }

        /** Said of changes only, not of the first members. */
        @Override
        public void onConfigurationCommitted(Configuration committed) {
            LOG.info("event=members members={}", committed);
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
                    become(view);
                }
                return true;
            } catch (IOException failed) {
                LOG.error("event=snapshot-unreadable reason=\"{}\"", failed.getMessage());
                return false;
            }
        }

        /** Of proposals to replace the same epoch the first wins. */
        private void take(ViewEntry entry) {
            ClusterView next = ClusterView.fromProto(entry.getView());
            if (entry.getReplaced() == current.get().epoch() && next.epoch() > entry.getReplaced()) {
                become(next);
            }
        }

        private void become(ClusterView view) {
            if (current.get().isNone()) {
                home.belongsTo(view.clusterId());
            }
            current.set(view);
            listener.applied(view);
        }

        private ViewEntry parse(ByteBuffer data) {
            try {
                return ViewEntry.parseFrom(data);
            } catch (InvalidProtocolBufferException corrupt) {
                throw new UncheckedIOException(corrupt);
            }
        }
    }
}
