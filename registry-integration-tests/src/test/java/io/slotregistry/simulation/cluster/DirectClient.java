package io.slotregistry.simulation.cluster;

import io.slotregistry.session.SessionServer;
import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.ClientHandler.Answer;
import io.slotregistry.session.client.ClientRequest;
import io.slotregistry.session.client.ClientRequest.Publish;
import io.slotregistry.session.client.ClientRequest.Subscribe;
import io.slotregistry.session.client.ClientRequest.Unpublish;
import io.slotregistry.session.client.ClientRequest.Unsubscribe;
import io.slotregistry.session.client.ClientRequest.WatchConfig;
import io.slotregistry.session.client.ConfigPush;
import io.slotregistry.session.client.DataPush;
import io.slotregistry.session.client.Scope;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client at the door of a session: nothing lies between, and it keeps no data. It takes all that it is pushed. */
final class DirectClient implements ClientConnection, Answer {
    private final long id;
    private final SessionServer server;
    private final String host;
    private final List<ConfigPush> configurations = new ArrayList<>();
    private int accepted;
    private int notTaken;
    private int heldBack;

    DirectClient(SimulatedCluster cluster, SessionServer server) {
        this(cluster, server, "10.0.0.1");
    }

    DirectClient(SimulatedCluster cluster, SessionServer server, String host) {
        this.host = host;
        this.id = cluster.nextConnectionId();
        this.server = server;
        server.opened(this);
    }

    void publish(String registerId, String service, long version) {
        byte[] payload = ("10.0.0." + version).getBytes(StandardCharsets.UTF_8);
        request(new Publish(registerId, dataInfoId(service), version, "DEFAULT_ZONE", "app", payload));
    }

    void publishLarge(String registerId, String service, int payloadBytes) {
        request(new Publish(registerId, dataInfoId(service), 1, "DEFAULT_ZONE", "app", new byte[payloadBytes]));
    }

    void unpublish(String registerId, String service, long version) {
        request(new Unpublish(registerId, dataInfoId(service), version));
    }

    void subscribe(String service) {
        subscribe(service, service);
    }

    void subscribe(String registerId, String service) {
        request(new Subscribe(registerId, dataInfoId(service), 1, Scope.GLOBAL, "DEFAULT_ZONE", "app"));
    }

    void unsubscribe(String service) {
        request(new Unsubscribe(service, dataInfoId(service), 2));
    }

    void configure(String service) {
        request(new WatchConfig(service, dataInfoId(service), 0));
    }

    /** Its connection ends. */
    void leave() {
        server.closed(this);
    }

    /** What its configurators were pushed, in that order. */
    List<ConfigPush> configurations() {
        return configurations;
    }

    private static String dataInfoId(String service) {
        return SimulatedClient.dataInfoId(service);
    }

    private void request(ClientRequest request) {
        server.request(this, request, this);
    }

    @Override
    public void accepted() {
        accepted++;
    }

    /** How many of its requests were taken. */
    int taken() {
        return accepted;
    }

    @Override
    public void notTaken(String reason) {
        notTaken++;
    }

    @Override
    public void notYet(String reason) {
        heldBack++;
    }

    /** How many of its registrations were not answered. */
    int heldBack() {
        return heldBack;
    }

    /** How many of its registrations were answered but not taken. */
    int notTaken() {
        return notTaken;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public String remoteAddress() {
        return host + ":" + id;
    }

    @Override
    public void push(DataPush push, long timeoutMillis, PushListener listener) {
        listener.acknowledged();
    }

    @Override
    public void push(ConfigPush push, long timeoutMillis, PushListener listener) {
        configurations.add(push);
        listener.acknowledged();
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
    public void close(String reason) {}
}
