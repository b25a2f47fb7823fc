package io.slotregistry.rpc.bolt;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Challenge;
import io.slotregistry.proto.Hello;
import io.slotregistry.proto.Reply;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * This process's connection to one node: dialled by the first call, used when both have proved that they know the
 * cluster's key, and given up when it breaks; the next call then dials anew. Locked because calls come from all loops.
 */
final class PeerLink implements FrameListener {
    static final String HELLO = "slotregistry.Hello";
    static final String PROOF = "slotregistry.Proof";
    static final String REQUEST = "slotregistry.Request";
    static final String CALLER = "caller";
    static final String CALLEE = "callee";

    private static final long HANDSHAKE_MILLIS = 2_000;
    private static final int MAX_WAITING = 1_024;

    private final ProcessId self;
    private final ClusterKey key;
    private final byte[] nonce;
    private final Consumer<PeerLink> whenBroken;
    private final Consumer<String> keyRejected;
    private final List<Call> waiting = new ArrayList<>();
    private @Nullable BoltConnection ready;
    private @Nullable String broken;

    /**
     * @param nonce random, of this link alone
     * @param keyRejected told when the peer has another cluster key
     */
    PeerLink(
            ProcessId self, ClusterKey key, byte[] nonce, Consumer<PeerLink> whenBroken, Consumer<String> keyRejected) {
        this.self = self;
        this.key = key;
        this.nonce = nonce;
        this.whenBroken = whenBroken;
        this.keyRejected = keyRejected;
    }

    private record Call(byte[] request, long timeoutMillis, EventLoop loop, Transport.Callback callback) {}

    void call(byte[] request, long timeoutMillis, EventLoop loop, Transport.Callback callback) {
        Call call = new Call(request, timeoutMillis, loop, callback);
        String refusal;
        synchronized (this) {
            if (broken == null && ready == null && waiting.size() < MAX_WAITING) {
                waiting.add(call);
                return;
            }
            refusal = broken != null ? broken : ready == null ? "too many calls wait for a connection" : null;
        }
        BoltConnection connection = ready;
        if (refusal != null || connection == null) {
            loop.execute(() -> callback.failed(String.valueOf(refusal)));
        } else {
            send(connection, call);
        }
    }

    /** The connection was not made or is gone. */
    void broke(String reason) {
        List<Call> lost;
        synchronized (this) {
            if (broken != null) {
                return;
            }
            broken = reason;
            lost = List.copyOf(waiting);
            waiting.clear();
        }
        whenBroken.accept(this);
        lost.forEach(call -> call.loop.execute(() -> call.callback.failed(reason)));
    }

    void close() {
        BoltConnection connection = ready;
        if (connection != null) {
            connection.close("stopped");
        }
    }

    @Override
    public void opened(BoltConnection connection) {
        byte[] hello = Hello.newBuilder()
                .setProcess(self.toString())
                .setNonce(ByteString.copyFrom(nonce))
                .build()
                .toByteArray();
        connection.call(Frame.PROTOBUF, HELLO, hello, HANDSHAKE_MILLIS, step(connection, this::challenged));
    }

    private void challenged(BoltConnection connection, byte[] content) throws InvalidProtocolBufferException {
        Challenge challenge = Challenge.parseFrom(content);
        ProcessId peer = ProcessId.parse(challenge.getProcess());
        byte[] peerNonce = challenge.getNonce().toByteArray();
        byte[] expected = key.proofOf(CALLEE, nonce, peerNonce, self, peer);
        if (!ClusterKey.isEqual(expected, challenge.getProof().toByteArray())) {
            keyRejected.accept("the cluster key of " + peer.node() + " at " + connection.remoteAddress()
                    + " is another than this node's");
            connection.close("wrong cluster key");
            return;
        }
        byte[] proof = key.proofOf(CALLER, nonce, peerNonce, self, peer);
        connection.call(
                Frame.PROTOBUF,
                PROOF,
                proof,
                HANDSHAKE_MILLIS,
                step(connection, (proved, nothing) -> accepted(proved)));
    }

    private void accepted(BoltConnection connection) {
        connection.maxContentBytes(BoltTransport.MAX_CONTENT_BYTES);
        List<Call> due;
        synchronized (this) {
            ready = connection;
            due = List.copyOf(waiting);
            waiting.clear();
        }
        due.forEach(call -> send(connection, call));
    }

    private static void send(BoltConnection connection, Call call) {
        connection.call(Frame.PROTOBUF, REQUEST, call.request, call.timeoutMillis, new BoltConnection.Callback() {
            @Override
            public void replied(Frame response) {
                if (response.status() != Frame.SUCCESS) {
                    failed("status " + response.status());
                    return;
                }
                try {
                    Reply reply = Reply.parseFrom(response.content());
                    call.loop.execute(() -> call.callback.replied(reply));
                } catch (InvalidProtocolBufferException malformed) {
                    failed("malformed reply: " + malformed.getMessage());
                }
            }

            @Override
            public void failed(String reason) {
                call.loop.execute(() -> call.callback.failed(reason));
            }
        });
    }

    /** One step of the handshake: any trouble ends the connection. */
    private static BoltConnection.Callback step(BoltConnection connection, Step next) {
        return new BoltConnection.Callback() {
            @Override
            public void replied(Frame response) {
                if (response.status() != Frame.SUCCESS) {
                    failed("status " + response.status());
                    return;
                }
                try {
                    next.take(connection, response.content());
                } catch (InvalidProtocolBufferException | IllegalArgumentException malformed) {
                    failed(String.valueOf(malformed.getMessage()));
                }
            }

            @Override
            public void failed(String reason) {
                connection.close("handshake failed: " + reason);
            }
        };
    }

    private interface Step {
        void take(BoltConnection connection, byte[] content) throws InvalidProtocolBufferException;
    }

    @Override
    public void request(BoltConnection connection, Frame request) {
        throw new BadFrameException("a request over a connection that is for requests the other way");
    }

    @Override
    public void violated(BoltConnection connection, String how) {
        // The connection closes, which is logged by whoever finds its call failed.
    }

    @Override
    public void skipped(BoltConnection connection, String why) {
        throw new IllegalStateException("between nodes nothing is skipped: " + why);
    }

    @Override
    public void closed(BoltConnection connection, String reason) {
        broke(reason);
    }
}
