package io.slotregistry.benchmarks;

import com.alipay.remoting.exception.RemotingException;
import com.alipay.sofa.registry.core.model.PublisherRegister;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** All connections of all publishers drop together, and come back at once, as subscribers see it. */
@Command(
        name = "storm",
        mixinStandardHelpOptions = true,
        description = {
            "All connections of all publishers drop together and come back, in a standalone registry with defaults.",
            "Every service has a subscriber; the shortest list and the pushes that each was given are counted.",
        })
final class Storm implements Callable<Integer> {
    @Option(names = "--publishers", defaultValue = "100000", description = "(default: ${DEFAULT-VALUE})")
    private int publishers;

    @Option(names = "--connections", defaultValue = "50", description = "Of publishers (default: ${DEFAULT-VALUE})")
    private int connections;

    @Option(names = "--per-service", defaultValue = "100", description = "Publishers (default: ${DEFAULT-VALUE})")
    private int perService;

    @Option(
            names = "--away-millis",
            defaultValue = "0",
            description = "Before they connect (default: ${DEFAULT-VALUE})")
    private long awayMillis;

    @Option(names = "--storms", defaultValue = "3", description = "(default: ${DEFAULT-VALUE})")
    private int storms;

    @Option(names = "--watch-seconds", defaultValue = "20", description = "After a storm (default: ${DEFAULT-VALUE})")
    private int watchSeconds;

    @Option(
            names = "--port",
            defaultValue = "0",
            description = "Client port of a registry that runs already (default: one is started)")
    private int port;

    public static void main(String[] args) {
        ChangeLatency.silenceLibraries();
        // Or the library drops answers when there are more of them than it has threads.
        System.setProperty("bolt.tp.queue", "100000");
        System.exit(new CommandLine(new Storm()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        try (Registry own = port == 0 ? Registry.start() : null) {
            measure(own == null ? port : own.port);
        }
        return CommandLine.ExitCode.OK;
    }

    private void measure(int target) throws Exception {
        int services = Math.max(1, publishers / perService);
        StormSubscribers subscribers = new StormSubscribers(target, services);
        List<StormPublishers> crowd = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            crowd.add(new StormPublishers(target, registrations(i, services)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        report("registered", timeOf(threads, crowd));
        subscribers.awaitAll(perService);
        for (int storm = 1; storm <= storms; storm++) {
            subscribers.watch();
            crowd.forEach(StormPublishers::drop);
            TimeUnit.MILLISECONDS.sleep(awayMillis);
            report("storm " + storm + ": back", timeOf(threads, crowd));
            TimeUnit.SECONDS.sleep(watchSeconds);
            System.out.printf(
                    Locale.ROOT,
                    "storm %d: smallest list %d of %d; %d of %d saw a smaller one; %.3f pushes per subscriber%n",
                    storm,
                    subscribers.smallest(),
                    perService,
                    subscribers.sawLess(perService),
                    services,
                    subscribers.pushes() / (double) services);
            subscribers.awaitAll(perService);
        }
        threads.shutdownNow();
        crowd.forEach(StormPublishers::drop);
        subscribers.close();
    }

    /** Those of one connection; together with the others each service has its number. */
    private List<PublisherRegister> registrations(int connection, int services) {
        List<PublisherRegister> registers = new ArrayList<>();
        for (int i = connection; i < services * perService; i += connections) {
            registers.add(StormPublishers.publisher("storm-" + i % services, "10.0.0." + connection + ":" + i));
        }
        return registers;
    }

    private static double timeOf(ExecutorService threads, List<StormPublishers> crowd) {
        long start = System.nanoTime();
        CompletableFuture.allOf(crowd.stream()
                        .map(each -> CompletableFuture.runAsync(
                                () -> {
                                    try {
                                        each.register();
                                    } catch (RemotingException | InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                                },
                                threads))
                        .toArray(CompletableFuture[]::new))
                .join();
        return (System.nanoTime() - start) / 1e9;
    }

    private void report(String what, double seconds) {
        System.out.printf(
                Locale.ROOT, "%s after %.1f s, %.0f registrations per second%n", what, seconds, publishers / seconds);
    }
}
