package io.slotregistry.node;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.bolt.BoltIo;
import io.slotregistry.rpc.bolt.BoltTransport;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.NodeClock;
import io.slotregistry.runtime.ThreadEventLoop;
import java.security.SecureRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The real threads, clock, random source and transport of one node. */
public final class NodeRuntime implements AutoCloseable {
    private final NodeSettings settings;
    private final int port;
    private final ImmutableList<ThreadEventLoop> loops;
    private final BoltTransport transport;
    private final NodeContext context;
    private final Joining joining = new Joining();
    private final String host;

    /** @param port for other nodes */
    public NodeRuntime(Role role, NodeSettings settings, int port, BoltIo io) {
        this.settings = settings;
        this.port = port;
        this.host = settings.host();
        ProcessId self =
                new ProcessId(nodeId(role, settings), NodeClock.system().wallMillis());
        this.loops = ThreadEventLoop.start(role.lowerName(), settings.loopCount());
        this.transport = new BoltTransport(io, self, settings.key(), joining::keyRejected);
        this.context = new NodeContext(
                self, NodeClock.system(), new SecureRandom(), ImmutableList.<EventLoop>copyOf(loops), transport);
    }

    public NodeContext context() {
        return context;
    }

    public Joining joining() {
        return joining;
    }

    public BoltTransport transport() {
        return transport;
    }

    /** Where other nodes reach this one. */
    public Address address() {
        return new Address(host, port);
    }

    /** The given port under the name by which others know this host. */
    public Address advertised(int otherPort) {
        return new Address(host, otherPort);
    }

    /** The given port on the address to listen on. */
    public Address bound(int otherPort) {
        return new Address(settings.bind(), otherPort);
    }

    /** How this node is to be listed. */
    public Member member(@Nullable Address clientAddress, @Nullable Address httpAddress) {
        return new Member(context.self(), address(), clientAddress, httpAddress, settings.zone(), false);
    }

    /** Takes requests of other nodes. */
    public void listen() {
        transport.listen(bound(port));
    }

    public void await(Supplier<String> trouble) {
        joining.await(trouble);
    }

    @Override
    public void close() {
        transport.close();
        loops.forEach(ThreadEventLoop::close);
    }

    private static NodeId nodeId(Role role, NodeSettings settings) {
        String name = settings.name().isBlank() ? HostAddress.name() : settings.name();
        try {
            return new NodeId(role, name);
        } catch (IllegalArgumentException malformed) {
            throw new StartupException("registry.name: " + malformed.getMessage());
        }
    }
}
