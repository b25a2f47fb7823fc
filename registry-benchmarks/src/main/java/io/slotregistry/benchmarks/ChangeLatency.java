package io.slotregistry.benchmarks;

import com.alipay.remoting.rpc.RpcClient;
import com.alipay.sofa.registry.client.api.Publisher;
import com.alipay.sofa.registry.client.api.registration.PublisherRegistration;
import com.alipay.sofa.registry.client.api.registration.SubscriberRegistration;
import com.alipay.sofa.registry.core.model.ScopeEnum;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.LogManager;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One publisher, one subscriber, both the published SDK: how long a change takes from the call until the subscriber's
 * callback, beside the round trip of a raw SOFABolt echo between two JVMs in the same run.
 */
@Command(
        name = "change-latency",
        mixinStandardHelpOptions = true,
        description = "Change to callback, beside a raw echo.")
final class ChangeLatency implements Callable<Integer> {
    private static final long LAST_CHANGE_SECONDS = 10;
    private static final List<String> ECHO_FLAGS =
            List.of("-Xmx128m", "-Dlogback.configurationFile=benchmark-logback.xml");

    @Option(names = "--changes", defaultValue = "400", description = "At each pace (default: ${DEFAULT-VALUE})")
    private int changes;

    @Option(names = "--pace-millis", split = ",", defaultValue = "50,500", description = "Between changes")
    private List<Integer> paceMillis = List.of();

    @Option(names = "--echoes", defaultValue = "3000", description = "Round trips (default: ${DEFAULT-VALUE})")
    private int echoes;

    @Option(
            names = "--warm-up",
            defaultValue = "2000",
            description = "Calls and changes before those that count, one each millisecond (default: ${DEFAULT-VALUE})")
    private int warmUp;

    public static void main(String[] args) {
        silenceLibraries();
        System.exit(new CommandLine(new ChangeLatency()).execute(args));
    }

    /** Before the first class of Bolt loads. */
    static void silenceLibraries() {
        System.setProperty("sofa.middleware.log.disable", "true");
        System.setProperty("sofa.middleware.log.internal.level", "ERROR");
        LogManager.getLogManager().reset();
    }

    @Override
    public Integer call() throws Exception {
        Histogram floor = echo(echoes, 0);
        report("raw echo, one after the other", floor, floor);
        try (Registry registry = Registry.start()) {
            firstPush(registry);
            for (int pace : paceMillis) {
                int count = pace >= 500 ? Math.max(20, changes / 8) : changes;
                Histogram paced = echo(Math.max(20, count / 4), pace);
                report("raw echo each " + pace + " ms", paced, floor);
                report("a change each " + pace + " ms", changes(registry, count, pace), paced);
            }
            System.out.printf(Locale.ROOT, "resident memory %d MiB%n", registry.child.residentMegabytes());
        }
        Histogram after = echo(echoes, 0);
        report("raw echo, one after the other", after, floor);
        return 0;
    }

    /** A pause between calls makes each slower, for the processor has gone to sleep: the floor needs the same pace. */
    private Histogram echo(int count, int paceMillis) throws Exception {
        int port = Registry.freePorts(1);
        try (Child server = Child.java(ECHO_FLAGS, EchoServer.class, List.of(Integer.toString(port)))) {
            server.awaitReady();
            RpcClient client = new RpcClient();
            client.startup();
            Histogram histogram = new Histogram(3);
            for (int i = -warmUp; i < count; i++) {
                TimeUnit.MILLISECONDS.sleep(i < 0 ? 0 : paceMillis);
                long start = System.nanoTime();
                client.invokeSync("127.0.0.1:" + port, "ping", 5_000);
                if (i >= 0) {
                    histogram.recordValue(System.nanoTime() - start);
                }
            }
            client.shutdown();
            return histogram;
        }
    }

    /** Waits for it, so that what is measured afterwards is neither start nor compilation of the first calls alone. */
    private static void firstPush(Registry registry) throws InterruptedException {
        CountDownLatch pushed = new CountDownLatch(1);
        SubscriberRegistration registration = new SubscriberRegistration("first", (dataId, data) -> pushed.countDown());
        registration.setScopeEnum(ScopeEnum.global);
        var unused = registry.client("first").register(registration);
        if (!pushed.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no push within 30 s");
        }
        System.out.printf(
                Locale.ROOT,
                "start command to first push %.2f s%n",
                (System.nanoTime() - registry.child.startNanos()) / 1e9);
    }

    private Histogram changes(Registry registry, int count, int paceMillis) throws InterruptedException {
        String service = "latency-" + paceMillis;
        Histogram histogram = new Histogram(3);
        AtomicLong lastSeen = new AtomicLong(-1);
        AtomicLong callbacks = new AtomicLong();
        SubscriberRegistration subscription = new SubscriberRegistration(service, (dataId, data) -> {
            for (List<String> boxes : data.getZoneData().values()) {
                for (String box : boxes) {
                    long now = System.nanoTime();
                    long number = Long.parseLong(box.substring(0, box.indexOf(':')));
                    if (number > warmUp) {
                        callbacks.incrementAndGet();
                        synchronized (histogram) {
                            histogram.recordValue(now - Long.parseLong(box.substring(box.indexOf(':') + 1)));
                        }
                    }
                    lastSeen.accumulateAndGet(number, Math::max);
                }
            }
        });
        subscription.setScopeEnum(ScopeEnum.global);
        var unused = registry.client("subscriber").register(subscription);
        Publisher publisher = registry.client("publisher").register(new PublisherRegistration(service), stamp(0));
        awaitSeen(lastSeen, 0);
        long next = System.nanoTime();
        for (int number = 1; number <= warmUp + count; number++) {
            next += TimeUnit.MILLISECONDS.toNanos(number <= warmUp ? 1 : paceMillis);
            TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            publisher.republish(stamp(number));
        }
        awaitSeen(lastSeen, warmUp + count);
        System.out.printf(
                Locale.ROOT, "  %d changes, %d callbacks, the last change was seen%n", count, callbacks.get());
        return histogram;
    }

    private static String stamp(int number) {
        return number + ":" + System.nanoTime();
    }

    private static void awaitSeen(AtomicLong lastSeen, long number) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LAST_CHANGE_SECONDS);
        while (lastSeen.get() < number) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("change " + number + " was not seen, the last one was " + lastSeen);
            }
            Thread.sleep(1);
        }
    }

    private static void report(String what, Histogram histogram, Histogram floor) {
        double p50 = histogram.getValueAtPercentile(50) / 1e6;
        System.out.printf(
                Locale.ROOT,
                "%-30s p50 %.3f ms  p90 %.3f ms  p99 %.3f ms  max %.3f ms  p50 is %.1f raw round trips%n",
                what,
                p50,
                histogram.getValueAtPercentile(90) / 1e6,
                histogram.getValueAtPercentile(99) / 1e6,
                histogram.getMaxValue() / 1e6,
                p50 / (floor.getValueAtPercentile(50) / 1e6));
    }
}
