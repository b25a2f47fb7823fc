package io.slotregistry.sdk.driver;

import com.alipay.sofa.registry.client.api.Publisher;
import com.alipay.sofa.registry.client.api.Register;
import com.alipay.sofa.registry.client.api.Subscriber;
import com.alipay.sofa.registry.client.api.SubscriberDataObserver;
import com.alipay.sofa.registry.client.api.model.UserData;
import com.alipay.sofa.registry.client.api.registration.BaseRegistration;
import com.alipay.sofa.registry.client.api.registration.ConfiguratorRegistration;
import com.alipay.sofa.registry.client.api.registration.PublisherRegistration;
import com.alipay.sofa.registry.client.api.registration.SubscriberRegistration;
import com.alipay.sofa.registry.client.provider.AbstractInternalRegister;
import com.alipay.sofa.registry.client.provider.DefaultRegistryClient;
import com.alipay.sofa.registry.client.provider.DefaultRegistryClientConfigBuilder;
import com.alipay.sofa.registry.core.model.ScopeEnum;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Hosts clients of one SDK version: obeys the lines on its standard input and reports on its standard output.
 * Compiled by the tests against each version's own jars, so it uses only what all of them have.
 */
public final class SdkDriver {
    private static final long SETTLE_POLL_MILLIS = 5;

    private final PrintStream events;
    private final Map<String, DefaultRegistryClient> clients = new HashMap<>();
    private final Map<String, Register> registers = new HashMap<>();
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor();

    private SdkDriver(PrintStream events) {
        this.events = events;
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream events = System.out;
        // The SDKs' logging prints to standard output; events must not be mixed with that.
        System.setOut(System.err);
        SdkDriver driver = new SdkDriver(events);
        driver.report("ready");
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line = input.readLine();
        while (line != null && !line.equals("exit")) {
            try {
                driver.obey(new Command(line));
            } catch (RuntimeException failure) {
                driver.report("failed " + line + " " + Command.encode(String.valueOf(failure)));
            }
            line = input.readLine();
        }
        // Also when the parent died and closed our input. The SDKs' threads are not daemons.
        Runtime.getRuntime().halt(0);
    }

    private void obey(Command command) {
        switch (command.verb()) {
            case "open":
                open(command);
                break;
            case "publish":
                publish(command);
                break;
            case "republish":
                ((Publisher) register(command)).republish(data(command));
                break;
            case "subscribe":
                subscribe(command);
                break;
            case "configure":
                configure(command);
                break;
            case "unregister":
                register(command).unregister();
                break;
            case "settle":
                settle(command);
                break;
            default:
                throw new IllegalArgumentException("unknown verb");
        }
    }

    private void open(Command command) {
        DefaultRegistryClientConfigBuilder config = DefaultRegistryClientConfigBuilder.start()
                .setRegistryEndpoint(command.option("host", "127.0.0.1"))
                .setRegistryEndpointPort(Integer.parseInt(command.option("port", null)))
                .setAppName(command.option("appName", null))
                .setInstanceId(command.option("instanceId", null));
        String zone = command.option("zone", null);
        if (zone != null) {
            config.setZone(zone);
        }
        String syncMillis = command.option("syncMillis", null);
        if (syncMillis != null) {
            config.setSyncConfigRetryInterval(Integer.parseInt(syncMillis));
        }
        DefaultRegistryClient client = new DefaultRegistryClient(config.build());
        Map<String, String> attributes = new HashMap<>();
        for (String attribute : command.options("attribute")) {
            String[] nameAndValue = attribute.split(":", 2);
            attributes.put(nameAndValue[0], nameAndValue[1]);
        }
        if (!attributes.isEmpty()) {
            client.setAuthManager(register -> attributes);
        }
        client.init();
        clients.put(command.operand(1), client);
    }

    private void publish(Command command) {
        PublisherRegistration registration = new PublisherRegistration(command.option("dataId", null));
        describe(registration, command);
        registers.put(command.operand(2), client(command).register(registration, data(command)));
    }

    private void subscribe(Command command) {
        String key = command.operand(2);
        Listener listener = new Listener(key);
        SubscriberRegistration registration = new SubscriberRegistration(command.option("dataId", null), listener);
        describe(registration, command);
        registration.setScopeEnum(ScopeEnum.valueOf(command.option("scope", null)));
        Subscriber subscriber = client(command).register(registration);
        listener.subscriber.complete(subscriber);
        registers.put(key, subscriber);
    }

    private void configure(Command command) {
        String key = command.operand(2);
        ConfiguratorRegistration registration = new ConfiguratorRegistration(
                command.option("dataId", null),
                (dataId, data) -> report("configured " + Command.encode(key) + " " + Command.encode(data.getData())));
        describe(registration, command);
        registers.put(key, client(command).register(registration));
    }

    private static void describe(BaseRegistration registration, Command command) {
        registration.setGroup(command.option("group", null));
        registration.setAppName(command.option("appName", null));
    }

    /** Reports once the server has acknowledged the register's newest version. */
    private void settle(Command command) {
        AbstractInternalRegister register = (AbstractInternalRegister) register(command);
        String event = "settled " + Command.encode(command.operand(1)) + " " + command.operand(2);
        AtomicReference<ScheduledFuture<?>> watch = new AtomicReference<>();
        Runnable look = () -> {
            ScheduledFuture<?> own = watch.get();
            if (own != null && register.isDone()) {
                report(event);
                own.cancel(false);
            }
        };
        watch.set(watcher.scheduleAtFixedRate(look, 0, SETTLE_POLL_MILLIS, TimeUnit.MILLISECONDS));
    }

    private DefaultRegistryClient client(Command command) {
        return clients.get(command.operand(1));
    }

    private Register register(Command command) {
        return registers.get(command.operand(1));
    }

    private static String[] data(Command command) {
        return command.options("data").toArray(new String[0]);
    }

    private static String zones(UserData data) {
        StringBuilder text = new StringBuilder(" ").append(Command.encode(data.getLocalZone()));
        for (Map.Entry<String, List<String>> zone : new TreeMap<>(data.getZoneData()).entrySet()) {
            text.append(' ').append(Command.encode(zone.getKey())).append('=');
            // A comma before each value: no values and one empty value must differ.
            zone.getValue().forEach(value -> text.append(',').append(Command.encode(value)));
        }
        return text.toString();
    }

    /**
     * Reports what its subscriber holds. The SDKs call back from a pool of threads, each with what was there a moment
     * before, so that an old list may be handed over last although the subscriber has the new one.
     */
    private final class Listener implements SubscriberDataObserver {
        private final CompletableFuture<Subscriber> subscriber = new CompletableFuture<>();
        private final String key;

        private Listener(String key) {
            this.key = key;
        }

        @Override
        public synchronized void handleData(String dataId, UserData aMomentAgo) {
            report("pushed " + Command.encode(key) + zones(subscriber.join().peekData()));
        }
    }

    private synchronized void report(String event) {
        events.println(event);
        events.flush();
    }
}
