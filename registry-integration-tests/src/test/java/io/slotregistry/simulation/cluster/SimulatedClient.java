package io.slotregistry.simulation.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import io.slotregistry.model.DataInfoId;
import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.ClientRequest;
import io.slotregistry.session.client.ClientRequest.Publish;
import io.slotregistry.session.client.ClientRequest.Subscribe;
import io.slotregistry.session.client.ClientRequest.Unpublish;
import io.slotregistry.session.client.ConfigPush;
import io.slotregistry.session.client.DataPush;
import io.slotregistry.session.client.Scope;
import io.slotregistry.simulation.VirtualTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An SDK as the wire specification describes it: registers over one connection, repeats everything after a reconnect
 * with the same registerIds, keeps its data across servers and drops pushes that are not newer than what it has.
 */
final class SimulatedClient {
    private static final long RETRY_MILLIS = 500;
    private static final long SLOW_RETURN_MILLIS = 4_000;

    final String address;
    private final String name;
    private final SimulatedCluster cluster;
    private final VirtualTime time;
    private final Map<String, Publisher> publishers = new TreeMap<>();
    private final Map<String, Subscriber> subscribers = new TreeMap<>();
    private @Nullable Connection connection;
    private long fastestReturnMillis = 30;
    private long slowestReturnMillis = 500;
    private boolean closed;
    private int ids;

    SimulatedClient(int number, SimulatedCluster cluster) {
        this.name = "client-" + number;
        this.address = "10.1." + number / 256 + "." + number % 256;
        this.cluster = cluster;
        this.time = cluster.time;
    }

    static String dataInfoId(String service) {
        return new DataInfoId(service, DataInfoId.DEFAULT_INSTANCE_ID, "DEFAULT_GROUP").toString();
    }

    Publisher publish(String service, String data) {
        Publisher publisher = new Publisher(name + "-p" + ids++, dataInfoId(service), data);
        publishers.put(publisher.registerId, publisher);
        publisher.send();
        return publisher;
    }

    Subscriber subscribe(String service) {
        Subscriber subscriber = new Subscriber(name + "-s" + ids++, dataInfoId(service));
        subscribers.put(subscriber.registerId, subscriber);
        subscriber.send();
        return subscriber;
    }

    @Override
    public String toString() {
        return name;
    }

    Iterable<Publisher> publishers() {
        return publishers.values();
    }

    Iterable<Subscriber> subscribers() {
        return subscribers.values();
    }

    /** The session that the client is connected to, or null. */
    SimulatedCluster.@Nullable Session session() {
        return connection == null ? null : connection.session;
    }

    boolean isClosed() {
        return closed;
    }

    /** How long the client may take to connect again, and how long at least it pauses when it could not. */
    void returnsBetween(long fastestMillis, long slowestMillis) {
        fastestReturnMillis = fastestMillis;
        slowestReturnMillis = slowestMillis;
    }

    void connect() {
        connect(cluster.anySession());
    }

    void connect(SimulatedCluster.Session session) {
        if (closed || connection != null) {
            return;
        }
        if (!session.open) {
            time.afterMillis(Math.max(RETRY_MILLIS, fastestReturnMillis), this::connect);
            return;
        }
        Connection opened = new Connection(session);
        subscribers.values().forEach(Subscriber::connectionChanged);
        connection = opened;
        opened.open();
        cluster.observer().connected(this, session);
        publishers.values().forEach(Publisher::send);
        subscribers.values().forEach(Subscriber::send);
    }

    /** The connection breaks; the client comes back by itself. */
    void disconnect() {
        Connection broken = connection;
        if (broken != null) {
            connection = null;
            publishers.values().forEach(publisher -> publisher.presence.lost(true));
            broken.broke();
            comeBack(0);
        }
    }

    /** The process ends. */
    void close() {
        closed = true;
        Connection broken = connection;
        connection = null;
        if (broken != null) {
            broken.broke();
        }
    }

    void sessionCrashed(SimulatedCluster.Session session) {
        if (connection != null && connection.session == session) {
            connection = null;
            publishers.values().forEach(publisher -> publisher.presence.lost(false));
            // One client in three is slow to find another server, as real ones are.
            comeBack(time.random().nextInt(3) == 0 ? SLOW_RETURN_MILLIS : 0);
        }
    }

    private void comeBack(long laterMillis) {
        time.afterMillis(laterMillis + time.random().nextLong(fastestReturnMillis, slowestReturnMillis), this::connect);
    }

    /** One published object through all connections. */
    final class Publisher {
        final String registerId;
        final String dataInfoId;
        private String data;
        private final Presence presence;
        private long version = 1;
        private boolean removed;

        Publisher(String registerId, String dataInfoId, String data) {
            this.registerId = registerId;
            this.dataInfoId = dataInfoId;
            this.data = data;
            this.presence = new Presence(cluster, cluster.slotOf(dataInfoId));
        }

        @Override
        public String toString() {
            return registerId + " " + data + " of " + dataInfoId;
        }

        String data() {
            return data;
        }

        /** Whether the client was gone for longer than subscribers are promised not to notice. */
        boolean mayBeMissed() {
            return presence.isExcused();
        }

        long version() {
            return version;
        }

        SimulatedCluster.@Nullable Session session() {
            return SimulatedClient.this.session();
        }

        /** It has been registered for long enough to have been seen. */
        boolean isKnown() {
            return presence.isSettled();
        }

        boolean isForgotten() {
            return presence.isForgotten();
        }

        boolean isRemoved() {
            return removed;
        }

        void republish(String newData) {
            data = newData;
            version++;
            send();
        }

        void unpublish() {
            removed = true;
            version++;
            send();
        }

        private void send() {
            Connection current = connection;
            if (current == null) {
                return;
            }
            ClientRequest request = removed
                    ? new Unpublish(registerId, dataInfoId, version)
                    : new Publish(registerId, dataInfoId, version, "DEFAULT_ZONE", name, data.getBytes(UTF_8));
            long sent = version;
            current.request(request, () -> {
                presence.confirmed();
                cluster.observer().acknowledged(this, sent);
                if (removed && version == sent) {
                    publishers.remove(registerId);
                }
            });
        }
    }

    /** One subscription, and what its application sees. */
    final class Subscriber {
        final String registerId;
        final String dataInfoId;
        private long version;
        private TreeSet<String> seen = new TreeSet<>();
        private boolean called;
        private boolean acknowledged;
        private boolean pushedSince;
        int pushes;

        Subscriber(String registerId, String dataInfoId) {
            this.registerId = registerId;
            this.dataInfoId = dataInfoId;
        }

        @Override
        public String toString() {
            return registerId + " of " + dataInfoId;
        }

        Set<String> sees() {
            return seen;
        }

        boolean wasCalled() {
            return called;
        }

        long version() {
            return version;
        }

        /** The present session acknowledged the subscription and has not pushed anything for it yet. */
        boolean isForgotten() {
            return acknowledged && !pushedSince;
        }

        private void connectionChanged() {
            acknowledged = false;
            pushedSince = false;
        }

        private void send() {
            if (connection != null) {
                connection.request(
                        new Subscribe(registerId, dataInfoId, 1, Scope.GLOBAL, "DEFAULT_ZONE", name),
                        () -> acknowledged = true);
            }
        }

        private void pushed(DataPush push, long connectionId) {
            called = true;
            pushedSince = true;
            TreeSet<String> now = new TreeSet<>();
            push.content().payloadsByZone().values().stream()
                    .flatMap(ImmutableList::stream)
                    .forEach(payload -> now.add(new String(payload, UTF_8)));
            cluster.observer().arrived(this, connectionId, push.content().version(), now);
            if (push.content().version() <= version) {
                return;
            }
            version = push.content().version();
            pushes++;
            seen = now;
            time.record(version);
            cluster.observer().taken(this);
        }
    }

    private final class Connection implements ClientConnection {
        private final long id = cluster.nextConnectionId();
        private final SimulatedCluster.Session session;
        private boolean open = true;
        private boolean closedByServer;

        Connection(SimulatedCluster.Session session) {
            this.session = session;
        }

        void open() {
            deliver(() -> server().opened(this));
        }

        void broke() {
            open = false;
            if (!cluster.tampering().hidesClosedConnections()) {
                deliver(() -> server().closed(this));
            }
        }

        void request(ClientRequest request, Runnable acknowledged) {
            Runnable again = () -> request(request, acknowledged);
            deliver(() -> server().request(
                            this, request, new SdkAnswer(time, () -> connection == this, acknowledged, again)));
        }

        private io.slotregistry.session.SessionServer server() {
            return java.util.Objects.requireNonNull(session.server);
        }

        /** In order, as TCP does; lost when the session is dead. */
        private void deliver(Runnable task) {
            time.afterMicros(200, () -> {
                if (session.isAlive() && session.open) {
                    task.run();
                }
            });
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
            time.afterMicros(200, () -> {
                if (!open || connection != this) {
                    listener.failed("connection closed");
                    return;
                }
                cluster.tampering().push(id, push, this::take);
                time.afterMicros(200, listener::acknowledged);
            });
        }

        private void take(DataPush push) {
            for (String registerId : push.subscriberRegisterIds()) {
                Subscriber subscriber = subscribers.get(registerId);
                if (subscriber != null) {
                    subscriber.pushed(push, id);
                }
            }
        }

        @Override
        public void push(ConfigPush push, long timeoutMillis, PushListener listener) {
            listener.acknowledged();
        }

        @Override
        public boolean mayPush(long bytes) {
            return true;
        }

        @Override
        public boolean isClosedByServer() {
            return closedByServer;
        }

        @Override
        public void close(String reason) {
            closedByServer = true;
            if (connection == this) {
                disconnect();
            }
        }
    }
}
