package io.slotregistry.rpc.bolt;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Challenge;
import io.slotregistry.proto.Hello;
import io.slotregistry.proto.Request;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node that connected to this one: it must prove that it knows the cluster's key before its requests are heard. */
final class InboundPeer implements FrameListener {
    private static final long HANDSHAKE_MILLIS = 5_000;

    private final ProcessId self;
    private final ClusterKey key;
    private final byte[] nonce;
    private final Violations violations;
    private final Peers peers;
    private byte @Nullable [] expectedProof;
    private @Nullable ProcessId claimed;
    private @Nullable ProcessId peer;

    InboundPeer(ProcessId self, ClusterKey key, byte[] nonce, Violations violations, Peers peers) {
        this.self = self;
        this.key = key;
        this.nonce = nonce;
        this.violations = violations;
        this.peers = peers;
    }

    /** Hears of peers that have proved themselves. */
    interface Peers {
        void connected(ProcessId peer);

        void request(ProcessId peer, Request request, Consumer<byte[]> reply);

        void disconnected(ProcessId peer);
    }

    @Override
    public void opened(BoltConnection connection) {
        connection.schedule(HANDSHAKE_MILLIS, () -> {
            if (peer == null) {
                connection.close("no handshake");
            }
        });
    }

    @Override
    public void request(BoltConnection connection, Frame request) {
        try {
            handle(connection, request);
        } catch (InvalidProtocolBufferException | IllegalArgumentException malformed) {
            connection.refuse(request, Frame.DESERIALIZATION_EXCEPTION);
            throw new BadFrameException("malformed " + request.className() + ": " + malformed.getMessage());
        }
    }

    private void handle(BoltConnection connection, Frame request) throws InvalidProtocolBufferException {
        ProcessId proved = peer;
        if (proved != null && request.className().equals(PeerLink.REQUEST)) {
            peers.request(
                    proved,
                    Request.parseFrom(request.content()),
                    reply -> connection.respond(request, "slotregistry.Reply", reply));
        } else if (claimed == null && request.className().equals(PeerLink.HELLO)) {
            greet(connection, request, Hello.parseFrom(request.content()));
        } else if (proved == null && request.className().equals(PeerLink.PROOF)) {
            admit(connection, request);
        } else {
            throw new BadFrameException("unexpected " + request.className());
        }
    }

    private void greet(BoltConnection connection, Frame request, Hello hello) {
        byte[] peerNonce = hello.getNonce().toByteArray();
        if (peerNonce.length != ClusterKey.NONCE_BYTES) {
            throw new BadFrameException("a nonce of " + peerNonce.length + " bytes");
        }
        ProcessId caller = ProcessId.parse(hello.getProcess());
        claimed = caller;
        expectedProof = key.proofOf(PeerLink.CALLER, peerNonce, nonce, caller, self);
        byte[] challenge = Challenge.newBuilder()
                .setProcess(self.toString())
                .setNonce(ByteString.copyFrom(nonce))
                .setProof(ByteString.copyFrom(key.proofOf(PeerLink.CALLEE, peerNonce, nonce, caller, self)))
                .build()
                .toByteArray();
        connection.respond(request, "slotregistry.Challenge", challenge);
    }

    private void admit(BoltConnection connection, Frame request) {
        ProcessId caller = claimed;
        byte[] expected = expectedProof;
        if (caller == null || expected == null || !ClusterKey.isEqual(expected, request.content())) {
            connection.refuse(request, Frame.ERROR);
            throw new BadFrameException("wrong cluster key");
        }
        peer = caller;
        connection.maxContentBytes(BoltTransport.MAX_CONTENT_BYTES);
        peers.connected(caller);
        connection.respond(request, "", Frame.NO_CONTENT);
    }

    @Override
    public void violated(BoltConnection connection, String how) {
        violations.note(connection.remoteAddress(), how);
    }

    @Override
    public void skipped(BoltConnection connection, String why) {
        throw new IllegalStateException("between nodes nothing is skipped: " + why);
    }

    @Override
    public void closed(BoltConnection connection, String reason) {
        ProcessId proved = peer;
        if (proved != null) {
            peers.disconnected(proved);
        } else if (claimed != null) {
            // The caller checks first, and does not prove itself to a node of another cluster.
            violations.note(connection.remoteAddress(), "left at the challenge, as with another cluster key");
        }
    }
}
