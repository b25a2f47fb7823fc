package io.slotregistry.meta.raft;

import com.alipay.remoting.config.BoltGenericOption;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.rpc.RaftRpcServerFactory;
import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.rpc.impl.BoltRpcServer;
import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.meta.log.ReplicatedLog;
import io.slotregistry.proto.ViewEntry;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Host;
import io.slotregistry.runtime.Published;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** The views of a cluster in a SOFAJRaft group with storage of its own; each log entry is a whole view. */
public final class JRaftLog implements ReplicatedLog {
    private static final Logger LOG = LoggerFactory.getLogger(JRaftLog.class);
    private static final int SNAPSHOT_INTERVAL_SECONDS = 600;
    private static final long RESTART_MILLIS = 5_000;

    static {
        keepSignalOfTheJvm();
    }

    private final RaftSettings settings;
    private final Published<String> failure = new Published<>("");
    private final Object lifecycle = new Object();
    private @Nullable RaftGroupService service;
    volatile @Nullable Node node;
    private @Nullable MemberDirectory directory;
    private boolean stopped;

    public JRaftLog(RaftSettings settings) {
        this.settings = settings;
    }

    /** @throws IllegalStateException with one line that says what to do, when the group member cannot be started */
    @Override
    public void start(Listener listener) {
        synchronized (lifecycle) {
            MemberDirectory opened = MemberDirectory.open(settings.dataDirectory(), settings.member());
            directory = opened;
            checkPort();
            open(opened, listener);
        }
    }

    /** Proposals of a member that leads at once wait until it is open. */
    private synchronized void open(MemberDirectory opened, Listener listener) {
        NodeOptions options = new NodeOptions();
        options.setElectionTimeoutMs(settings.electionTimeoutMillis());
        options.getRaftOptions().setMaxElectionDelayMs(settings.electionTimeoutMillis() / 2);
        options.setFsm(
                new LoggedViews(listener, opened, settings.self(), () -> node, error -> failed(error, listener)));
        options.setLogUri(opened.path("log").toString());
        options.setRaftMetaUri(opened.path("meta").toString());
        options.setSnapshotUri(opened.path("snapshot").toString());
        options.setSnapshotIntervalSecs(SNAPSHOT_INTERVAL_SECONDS);
        options.setInitialConf(configurationOf(settings.members()));
        RaftGroupService group =
                new RaftGroupService(settings.group(), peerOf(settings.self()), options, server(), false);
        service = group;
        Node started = started(group);
        node = started;
        takeAddress(opened, started);
    }

    /**
     * A member that comes back with another address is none of its group. One that is alone needs to ask nobody to
     * change that.
     */
    private void takeAddress(MemberDirectory home, Node started) {
        Address self = settings.self();
        ImmutableList<Address> group = members();
        String before = home.address();
        if (group.contains(self)) {
            home.isAt(self.toString());
        } else if (group.stream().anyMatch(member -> member.toString().equals(before))) {
            if (group.size() > 1) {
                throw new IllegalStateException("this meta server is " + before + " in its group " + group
                        + ", and its address is " + self + " now: start it at the old address, or start it with an"
                        + " empty registry.meta.data-dir and --registry.meta.join=true, and then run"
                        + " bin/registry admin members replace " + before + " " + self
                        + "; if the addresses of most members have changed, see registry.meta.recover-from");
            }
            LOG.warn("event=address-adopted was={} is={}", before, self);
            Status changed = started.resetPeers(configurationOf(ImmutableList.of(self)));
            if (!changed.isOk()) {
                throw new IllegalStateException("the meta server cannot take its new address " + self + " in place of "
                        + before + ": " + reasonOf(changed));
            }
        }
    }

    /** After an error JRaft's member does nothing any more, even when there is room on the disk again. */
    private void failed(RaftException error, Listener listener) {
        String reason = String.valueOf(error.getStatus().getErrorMsg());
        failure.set(reason);
        LOG.error("event=raft-failed reason=\"{}\" action=\"started again each {} ms\"", reason, RESTART_MILLIS);
        listener.leadership(false);
        startAgainLater(listener);
    }

    private void startAgainLater(Listener listener) {
        CompletableFuture.delayedExecutor(RESTART_MILLIS, TimeUnit.MILLISECONDS).execute(() -> startAgain(listener));
    }

    private void startAgain(Listener listener) {
        synchronized (lifecycle) {
            MemberDirectory home = directory;
            if (stopped || home == null) {
                return;
            }
            shutDown();
            try {
                open(home, listener);
                failure.set("");
                LOG.info("event=raft-started-again");
            } catch (IllegalStateException notYet) {
                LOG.debug("event=raft-not-started-again", notYet);
                startAgainLater(listener);
            }
        }
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
        synchronized (lifecycle) {
            stopped = true;
            shutDown();
            if (directory != null) {
                directory.close();
            }
        }
    }

    private void shutDown() {
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
    public String failure() {
        return failure.get();
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

    static PeerId peerOf(Address address) {
        return new PeerId(Host.inText(address.host()), address.port() + RaftSettings.PORT_OFFSET);
    }
}
