package io.slotregistry.simulation.cluster;

import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.ClientHandler.Answer;
import io.slotregistry.session.client.ClientRequest;
import io.slotregistry.session.client.ClientRequest.Publish;
import io.slotregistry.session.client.ClientRequest.Unpublish;
import io.slotregistry.session.client.ConfigPush;
import io.slotregistry.session.client.DataPush;
import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A client at an address of its own that registers under ids that it has read somewhere. Nothing lies between. */
final class Intruder implements ClientConnection, Answer {
    private final SimulatedCluster cluster;
    private final SimulatedCluster.Session session;
    private final String address;
    private final long id;
    private final Object server;
    private int answered;
    private int unanswered;

    Intruder(SimulatedCluster cluster, SimulatedCluster.Session session, String address) {
        this.cluster = cluster;
        this.session = session;
        this.address = address;
        this.id = cluster.nextConnectionId();
        this.server = Objects.requireNonNull(session.server);
        Objects.requireNonNull(session.server).opened(this);
    }

    void publish(Publisher victim, String data, long version) {
        byte[] payload = data.getBytes(StandardCharsets.UTF_8);
        request(new Publish(victim.registerId, victim.dataInfoId, version, "DEFAULT_ZONE", "app", payload));
    }

    void unpublish(Publisher victim, long version) {
        request(new Unpublish(victim.registerId, victim.dataInfoId, version));
    }

    void close() {
        if (isOpen()) {
            Objects.requireNonNull(session.server).closed(this);
        }
    }

    int answered() {
        return answered;
    }

    int unanswered() {
        return unanswered;
    }

    private void request(ClientRequest request) {
        if (isOpen()) {
            Objects.requireNonNull(session.server).request(this, request, this);
        }
    }

    private boolean isOpen() {
        return session.isAlive() && session.open && session.server == server;
    }

    @Override
    public void accepted() {
        answered++;
    }

    @Override
    public void notTaken(String reason) {
        throw new AssertionError("not taken: " + reason);
    }

    @Override
    public void notYet(String reason) {
        unanswered++;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public String remoteAddress() {
        return cluster.tampering().clientAddress(address) + ":1";
    }

    @Override
    public void push(DataPush push, long timeoutMillis, PushListener listener) {
        listener.failed("it does not subscribe");
    }

    @Override
    public void push(ConfigPush push, long timeoutMillis, PushListener listener) {
        listener.failed("it does not subscribe");
    }

    @Override
    public boolean mayPush(long bytes) {
        return true;
    }

    @Override
    public boolean isClosedByServer() {
        return false;
    }

    @Override
    public void close(String reason) {
        close();
    }
}
