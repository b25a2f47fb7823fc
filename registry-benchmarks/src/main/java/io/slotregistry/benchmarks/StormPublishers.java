package io.slotregistry.benchmarks;

import com.alipay.remoting.Connection;
import com.alipay.remoting.InvokeCallback;
import com.alipay.remoting.exception.RemotingException;
import com.alipay.remoting.rpc.RpcClient;
import com.alipay.sofa.registry.core.model.DataBox;
import com.alipay.sofa.registry.core.model.PublisherRegister;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Many publishers on one connection, which registers them with several requests under way. */
final class StormPublishers {
    private static final int IN_FLIGHT = 64;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int ANSWER_MILLIS = 60_000;
    private static final RpcClient RPC = started();

    private final int port;
    private final List<PublisherRegister> registers;
    private @Nullable Connection connection;

    StormPublishers(int port, List<PublisherRegister> registers) {
        this.port = port;
        this.registers = registers;
    }

    static RpcClient started() {
        RpcClient client = new RpcClient();
        client.startup();
        return client;
    }

    static PublisherRegister publisher(String service, String value) {
        PublisherRegister register = new PublisherRegister();
        register.setDataId(service);
        register.setGroup("DEFAULT_GROUP");
        register.setZone("DEFAULT_ZONE");
        register.setRegistId(UUID.randomUUID().toString());
        register.setEventType("REGISTER");
        register.setVersion(1L);
        register.setTimestamp(System.currentTimeMillis());
        register.setAttributes(new HashMap<>());
        // Of a class that sessions read.
        register.setDataList(new ArrayList<>(List.of(new DataBox(value))));
        return register;
    }

    /** Connects and returns when all is acknowledged. */
    void register() throws RemotingException, InterruptedException {
        Connection opened = RPC.createStandaloneConnection("127.0.0.1:" + port, CONNECT_MILLIS);
        connection = opened;
        Semaphore free = new Semaphore(IN_FLIGHT);
        AtomicInteger failed = new AtomicInteger();
        for (PublisherRegister register : registers) {
            free.acquire();
            RPC.invokeWithCallback(opened, register, new Answer(free, failed), ANSWER_MILLIS);
        }
        free.acquire(IN_FLIGHT);
        if (failed.get() > 0) {
            throw new IllegalStateException(failed + " registrations failed");
        }
    }

    void drop() {
        if (connection != null) {
            connection.close();
        }
    }

    private record Answer(Semaphore free, AtomicInteger failed) implements InvokeCallback {
        @Override
        public void onResponse(Object result) {
            free.release();
        }

        @Override
        public void onException(Throwable e) {
            if (failed.incrementAndGet() == 1) {
                System.err.println("a registration failed: " + e);
            }
            free.release();
        }

        /** The library's own pool drops answers when there are many. */
        @Override
        public Executor getExecutor() {
            return Runnable::run;
        }
    }
}
