package io.slotregistry.benchmarks;

import com.alipay.remoting.BizContext;
import com.alipay.remoting.Connection;
import com.alipay.remoting.exception.RemotingException;
import com.alipay.remoting.rpc.RpcClient;
import com.alipay.remoting.rpc.protocol.SyncUserProcessor;
import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.Result;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** One subscriber of each service. Guarded by its monitor. */
final class StormSubscribers {
    private static final int CONNECTIONS = 10;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int ANSWER_MILLIS = 10_000;
    private static final long PATIENCE_SECONDS = 120;

    private final RpcClient rpc = new RpcClient();
    private final int services;
    private final Map<String, Integer> newest = new HashMap<>();
    private final Map<String, Integer> smallest = new HashMap<>();
    private int pushes;

    StormSubscribers(int port, int services) throws RemotingException, InterruptedException {
        this.services = services;
        rpc.registerUserProcessor(new Pushes());
        rpc.startup();
        Connection[] connections = new Connection[CONNECTIONS];
        for (int i = 0; i < CONNECTIONS; i++) {
            connections[i] = rpc.createStandaloneConnection("127.0.0.1:" + port, CONNECT_MILLIS);
        }
        for (int i = 0; i < services; i++) {
            SubscriberRegister register = new SubscriberRegister();
            register.setDataId("storm-" + i);
            register.setGroup("DEFAULT_GROUP");
            register.setZone("DEFAULT_ZONE");
            register.setScope("global");
            register.setRegistId(UUID.randomUUID().toString());
            register.setEventType("REGISTER");
            register.setVersion(1L);
            register.setTimestamp(System.currentTimeMillis());
            register.setAttributes(new HashMap<>());
            rpc.invokeSync(connections[i % CONNECTIONS], register, ANSWER_MILLIS);
        }
    }

    private synchronized void pushed(ReceivedData push) {
        int size = push.getData().values().stream().mapToInt(List::size).sum();
        newest.put(push.getDataId(), size);
        smallest.merge(push.getDataId(), size, Math::min);
        pushes++;
        notifyAll();
    }

    /** Counts from here on. */
    synchronized void watch() {
        smallest.clear();
        pushes = 0;
    }

    /** Where there was no push, the list is what it was. */
    synchronized int smallest() {
        return Math.min(smallestOf(smallest), smallestOf(newest));
    }

    private static int smallestOf(Map<String, Integer> sizes) {
        return sizes.values().stream().mapToInt(size -> size).min().orElse(Integer.MAX_VALUE);
    }

    synchronized int sawLess(int size) {
        return (int) smallest.values().stream().filter(each -> each < size).count();
    }

    synchronized int pushes() {
        return pushes;
    }

    /** @throws IllegalStateException when that takes too long */
    synchronized void awaitAll(int size) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (newest.size() < services || newest.values().stream().anyMatch(each -> each != size)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not all lists have " + size);
            }
            wait(1_000);
        }
    }

    void close() {
        rpc.shutdown();
    }

    private final class Pushes extends SyncUserProcessor<ReceivedData> {
        @Override
        public Object handleRequest(BizContext context, ReceivedData push) {
            pushed(push);
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
