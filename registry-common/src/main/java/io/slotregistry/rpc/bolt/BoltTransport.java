package io.slotregistry.rpc.bolt;

import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Requests between nodes as Protocol Buffers over Bolt. One outgoing connection to each peer, made on demand. */
public final class BoltTransport implements Transport, AutoCloseable {
    /** Of a peer that knows the cluster's key; a whole service goes in one message. */
    static final int MAX_CONTENT_BYTES = 256 * 1024 * 1024;

    private static final int MAX_HANDSHAKE_BYTES = 4 * 1024;
    private static final PortSettings SETTINGS = new PortSettings(MAX_HANDSHAKE_BYTES, 0, 10);

    private final BoltIo io;
    private final ProcessId self;
    private final ClusterKey key;
    private final Consumer<String> keyRejected;
    private final SecureRandom nonces = new SecureRandom();
    private final Traffic traffic = new Traffic();
    private final Violations violations = new Violations("internal", "closed");
    private final Map<Address, PeerLink> links = new ConcurrentHashMap<>();
    private final Map<ProcessId, Integer> inbound = new ConcurrentHashMap<>();
    private @Nullable Server server;
    private BoltIo.@Nullable Port port;
    private volatile boolean closed;

    /** @param keyRejected told, on an IO thread, which node has another cluster key */
    public BoltTransport(BoltIo io, ProcessId self, ClusterKey key, Consumer<String> keyRejected) {
        this.io = io;
        this.self = self;
        this.key = key;
        this.keyRejected = keyRejected;
    }

    @Override
    public void serve(Server newServer) {
        server = newServer;
    }

    /**
     * Takes requests from now on; {@link #serve} comes first.
     *
     * @throws PortUnavailableException when it cannot listen there
     */
    public void listen(Address bind) {
        port = io.listen(bind, SETTINGS, traffic, () -> new InboundPeer(self, key, nonce(), violations, new Peers()));
    }

    @Override
    public void call(Address to, Request request, long timeoutMillis, EventLoop loop, Callback callback) {
        if (closed) {
            loop.execute(() -> callback.failed("stopped"));
            return;
        }
        PeerLink fresh = null;
        PeerLink link = links.get(to);
        if (link == null) {
            fresh = new PeerLink(self, key, nonce(), gone -> links.remove(to, gone), keyRejected);
            PeerLink other = links.putIfAbsent(to, fresh);
            link = other != null ? other : fresh;
        }
        link.call(request.toByteArray(), timeoutMillis, loop, callback);
        if (link == fresh) {
            PeerLink dialled = fresh;
            io.connect(to, SETTINGS, traffic, dialled, (connection, failure) -> {
                if (failure != null) {
                    dialled.broke(failure);
                }
            });
        }
    }

    /** What goes to other nodes and comes from them. */
    public Traffic traffic() {
        return traffic;
    }

    public long violations() {
        return violations.count();
    }

    /** Takes no more requests and closes all connections. */
    @Override
    public void close() {
        closed = true;
        BoltIo.Port listening = port;
        if (listening != null) {
            listening.close();
        }
        links.values().forEach(PeerLink::close);
    }

    private byte[] nonce() {
        byte[] nonce = new byte[ClusterKey.NONCE_BYTES];
        nonces.nextBytes(nonce);
        return nonce;
    }

    private final class Peers implements InboundPeer.Peers {
        @Override
        public void connected(ProcessId peer) {
            inbound.merge(peer, 1, Integer::sum);
        }

        @Override
        public void request(ProcessId peer, Request request, Consumer<byte[]> reply) {
            Server current = server;
            if (current == null) {
                reply.accept(
                        Reply.newBuilder().setRefused("not running").build().toByteArray());
            } else {
                current.handle(peer, request, answer -> reply.accept(answer.toByteArray()));
            }
        }

        @Override
        public void disconnected(ProcessId peer) {
            Server current = server;
            if (inbound.merge(peer, -1, (count, one) -> count > 1 ? count - 1 : null) == null && current != null) {
                current.disconnected(peer);
            }
        }
    }
}
