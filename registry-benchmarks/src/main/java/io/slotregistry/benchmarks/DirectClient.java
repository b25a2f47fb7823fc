package io.slotregistry.benchmarks;

import com.alipay.remoting.BizContext;
import com.alipay.remoting.Connection;
import com.alipay.remoting.ConnectionEventType;
import com.alipay.remoting.exception.RemotingException;
import com.alipay.remoting.rpc.RpcClient;
import com.alipay.remoting.rpc.protocol.SyncUserProcessor;
import com.alipay.sofa.registry.core.model.BaseRegister;
import com.alipay.sofa.registry.core.model.DataBox;
import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.Result;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The SDK's library and messages without the SDK's pauses: when it notices that its connection has ended it connects to
 * the next session at once. Guarded by its monitor.
 */
final class DirectClient implements Client {
    private static final int CONNECT_MILLIS = 1_000;
    private static final int ANSWER_MILLIS = 5_000;
    private static final int RETRY_MILLIS = 20;

    private final String name;
    private final List<Integer> ports;
    private final int home;
    private final Sightings sightings;
    private final RpcClient rpc = new RpcClient();
    private final ExecutorService connector = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "connector");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, PublisherRegister> publishers = new LinkedHashMap<>();
    private final List<SubscriberRegister> subscribers = new ArrayList<>();
    private @Nullable Connection connection;
    private int at;
    private boolean closed;

    /**
     * @param ports of all sessions
     * @param home index of the one to begin with
     */
    DirectClient(String name, List<Integer> ports, int home, Sightings sightings) {
        this.name = name;
        this.ports = ports;
        this.home = home;
        this.at = home;
        this.sightings = sightings;
        rpc.registerUserProcessor(new Pushes());
        rpc.addConnectionEventProcessor(ConnectionEventType.CLOSE, (address, ended) -> ended(ended));
        rpc.startup();
    }

    /** Returns at once. */
    DirectClient connect() {
        connector.execute(this::connectSomewhere);
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    synchronized int session() {
        return at;
    }

    /** Leaves the session that it went to when its own was gone. */
    synchronized void goHome() {
        if (at != home && connection != null) {
            at = home - 1;
            connection.close();
        }
    }

    @Override
    public synchronized void publish(String service, String value) {
        PublisherRegister before = publishers.get(service);
        PublisherRegister register = new PublisherRegister();
        describe(register, service);
        if (before != null) {
            register.setRegistId(before.getRegistId());
            register.setVersion(before.getVersion() + 1);
        }
        // Of a class that sessions read.
        register.setDataList(new ArrayList<>(List.of(new DataBox(value))));
        publishers.put(service, register);
        send(register);
    }

    @Override
    public synchronized void subscribe(String service) {
        SubscriberRegister register = new SubscriberRegister();
        describe(register, service);
        register.setScope("global");
        subscribers.add(register);
        send(register);
    }

    private static void describe(BaseRegister register, String service) {
        register.setDataId(service);
        register.setGroup("DEFAULT_GROUP");
        register.setZone("DEFAULT_ZONE");
        register.setRegistId(UUID.randomUUID().toString());
        register.setEventType("REGISTER");
        register.setVersion(1L);
        register.setTimestamp(System.currentTimeMillis());
        register.setAttributes(new HashMap<>());
    }

    private void send(BaseRegister register) {
        if (connection == null) {
            return;
        }
        try {
            var unused = rpc.invokeWithFuture(connection, register, ANSWER_MILLIS);
        } catch (RemotingException e) {
            // It is said again on the next connection.
        }
    }

    private void connectSomewhere() {
        for (int failures = 0; !connectTo(ports.get(Math.floorMod(session(), ports.size()))); failures++) {
            synchronized (this) {
                if (closed) {
                    return;
                }
                at = Math.floorMod(at + 1, ports.size());
            }
            if (failures >= ports.size()) {
                pause();
            }
        }
    }

    private boolean connectTo(int port) {
        try {
            Connection next = rpc.createStandaloneConnection("127.0.0.1:" + port, CONNECT_MILLIS);
            synchronized (this) {
                if (closed || !next.isFine()) {
                    next.close();
                    return closed;
                }
                connection = next;
                subscribers.forEach(this::send);
                publishers.values().forEach(this::send);
            }
            return true;
        } catch (RemotingException refused) {
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void ended(Connection which) {
        if (which == connection && !closed) {
            connection = null;
            at = Math.floorMod(at + 1, ports.size());
            connect();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        connector.shutdownNow();
        rpc.shutdown();
    }

    private final class Pushes extends SyncUserProcessor<ReceivedData> {
        @Override
        public Object handleRequest(BizContext context, ReceivedData push) {
            sightings.pushed(
                    name,
                    push.getDataId(),
                    push.getData().values().stream()
                            .flatMap(List::stream)
                            .map(DataBox::getData)
                            .toList());
            Result done = new Result();
            done.setSuccess(true);
            return done;
        }

        @Override
        public String interest() {
            return ReceivedData.class.getName();
        }
    }
}
