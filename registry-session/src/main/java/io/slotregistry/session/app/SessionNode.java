package io.slotregistry.session.app;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.http.HttpAnswer;
import io.slotregistry.http.HttpQuestion;
import io.slotregistry.model.Role;
import io.slotregistry.node.NodeRuntime;
import io.slotregistry.node.NodeSettings;
import io.slotregistry.node.RoleNode;
import io.slotregistry.node.StartupException;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Host;
import io.slotregistry.rpc.bolt.BoltIo;
import io.slotregistry.rpc.bolt.Traffic;
import io.slotregistry.session.SessionServer;
import io.slotregistry.session.SessionSettings;
import io.slotregistry.session.hold.ClientHoldings;
import io.slotregistry.session.hold.HoldingSettings;
import io.slotregistry.session.port.ClientPort;
import io.slotregistry.session.port.ClientPortSettings;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session server with its threads and ports. Lets clients in when it knows its cluster. */
public final class SessionNode implements RoleNode {
    private static final Logger LOG = LoggerFactory.getLogger(SessionNode.class);
    private static final long GOODBYE_MILLIS = 1_000;
    /** Of the heap, for messages that are under way from clients and to them. */
    private static final int CLIENT_PORT_SHARE = 8;

    private final SessionPorts ports;
    private final NodeRuntime runtime;
    private final Address clientAddress;
    private final ClientHoldings holdings;
    private final SessionServer server;
    /** Apart from those of nodes, whose leases must not end because clients keep these threads busy. */
    private final BoltIo clientIo;

    private final ClientPort clients;
    private final AddressList addresses = new AddressList(this);
    private volatile boolean running;

    SessionNode(
            NodeSettings settings,
            SessionPorts ports,
            SessionSettings sessionSettings,
            ClientPortSettings clientSettings,
            HoldingSettings holdingSettings,
            BoltIo io) {
        this.ports = ports;
        this.runtime = new NodeRuntime(Role.SESSION, settings, ports.nodePort(), io);
        this.clientAddress = ports.clientAddress(runtime.address().host());
        requireUsable(settings);
        Member self = runtime.member(clientAddress, runtime.advertised(ports.httpPort()));
        this.holdings =
                new ClientHoldings(holdingSettings.budget(Runtime.getRuntime().maxMemory()), holdingSettings);
        this.server = new SessionServer(
                runtime.context(),
                self,
                settings.metaAddresses(),
                sessionSettings,
                holdings,
                runtime.joining()::joined);
        this.clientIo = new BoltIo("client-io", settings.ioThreadCount());
        int descriptors = Descriptors.forClients();
        ClientPortSettings possible = clientSettings.within(descriptors);
        if (!possible.equals(clientSettings)) {
            LOG.warn(
                    "event=max-connections-capped configured={} taken={} remedy=\"raise ulimit -n\"",
                    clientSettings.maxConnections(),
                    possible.maxConnections());
        }
        long memory = Runtime.getRuntime().maxMemory() / CLIENT_PORT_SHARE;
        this.clients = new ClientPort(clientIo, server, possible, memory, descriptors);
    }

    /** What was chosen is refused; what follows from the address to listen on is only told. */
    private void requireUsable(NodeSettings settings) {
        if (Host.isIpv6(clientAddress.host())) {
            String problem = "existing SDKs cannot use the IPv6 address " + clientAddress.host()
                    + ": give clients a name or an IPv4 address with registry.session.advertise-host";
            if (!settings.advertise().isBlank()) {
                runtime.close();
                throw new StartupException("registry.advertise: " + problem);
            }
            LOG.warn("event=clients-cannot-connect reason=\"{}\"", problem);
        }
    }

    SessionServer server() {
        return server;
    }

    ClientHoldings holdings() {
        return holdings;
    }

    ClientPort clients() {
        return clients;
    }

    /** Blocks until the loops have answered. */
    int publicationCount() {
        return ask(server::publicationCount);
    }

    /** Blocks until the loops have answered. */
    int backlog() {
        return ask(server::backlog);
    }

    private static int ask(Consumer<Consumer<Integer>> question) {
        CompletableFuture<Integer> count =
                new CompletableFuture<Integer>().completeOnTimeout(0, GOODBYE_MILLIS, MILLISECONDS);
        question.accept(count::complete);
        return count.join();
    }

    @Override
    public void start() {
        try {
            runtime.listen();
            clients.reserve(runtime.bound(ports.port()));
            server.start();
            runtime.await(this::trouble);
            clients.listen(runtime.bound(ports.port()));
        } catch (RuntimeException failed) {
            stop();
            throw failed;
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        clients.close();
        if (runtime.joining().isJoined()) {
            CompletableFuture<Void> told =
                    new CompletableFuture<Void>().completeOnTimeout(null, GOODBYE_MILLIS, MILLISECONDS);
            server.leave(() -> told.complete(null));
            told.join();
        }
        server.stop();
        runtime.close();
        clientIo.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public NodeContext context() {
        return runtime.context();
    }

    @Override
    public ClusterView view() {
        return server.view();
    }

    @Override
    public String trouble() {
        return running
                ? server.view().successor(context().self())
                : "not in a cluster yet: " + server.meta().trouble();
    }

    @Override
    public long metaSilenceMillis() {
        return server.meta().silenceMillis();
    }

    @Override
    public boolean isVersionLeaseOver() {
        return server.isVersionLeaseOver();
    }

    @Override
    public long violations() {
        return runtime.transport().violations();
    }

    @Override
    public Traffic traffic() {
        return runtime.transport().traffic();
    }

    @Override
    public int httpPort() {
        return ports.httpPort();
    }

    @Override
    public @Nullable HttpAnswer answer(HttpQuestion question) {
        return addresses.answer(question);
    }

    @Override
    public String listens() {
        return "clients " + clientAddress + ", nodes " + runtime.address() + ", HTTP "
                + runtime.advertised(ports.httpPort());
    }
}
