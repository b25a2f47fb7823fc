package io.slotregistry.torture;

import io.slotregistry.cluster.ClusterNode;
import io.slotregistry.cluster.LoopbackCluster;
import io.slotregistry.sdk.Push;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.SdkSubscriber;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The clients of a cluster: on the wire and of the real SDKs, some that never leave and some that come and go. Each
 * service is published by at least two that never leave, so that no list is ever rightly empty.
 */
final class Population implements AutoCloseable {
    private static final int SERVICES = 24;
    private static final int MAX_GUESTS = 120;
    private static final int MAX_AWAY = 2;
    /** Of the hundred sides of the dice of an operation, the first one that ends a connection. */
    private static final int MOVES = 85;

    private static final int LISTS_REMEMBERED = 50;

    private final Ledger ledger;
    private final RandomGenerator random;
    private final List<String> services =
            IntStream.range(0, SERVICES).mapToObj(i -> "torture-" + i).toList();
    private final List<SdkProcess> processes = new ArrayList<>();
    private final List<WireApp> lasting = new ArrayList<>();
    private final List<SdkApp> sdks = new ArrayList<>();
    private final List<App> guests = new ArrayList<>();
    private final List<App> all = new ArrayList<>();
    /** The newest lists of callbacks, by SDK and subscriber. */
    private final Map<String, Deque<Set<String>>> told = Collections.synchronizedMap(new HashMap<>());

    private final Map<String, Integer> operations = new TreeMap<>();

    Population(LoopbackCluster cluster, Ledger ledger, RandomGenerator random) {
        this.ledger = ledger;
        this.random = random;
        List<Integer> ports =
                cluster.sessions.stream().map(ClusterNode::clientPort).toList();
        for (int i = 1; i <= 3; i++) {
            lasting.add(new WireApp("lasting" + i, rotated(ports, i), services, ledger));
        }
        for (int i = 1; i <= 4; i++) {
            guests.add(new WireApp("guest" + i, rotated(ports, i), services.subList(0, 4 * i), ledger));
        }
        for (Sdk sdk : List.of(Sdk.JAVA_5_4_2, Sdk.JAVA_6_3_0, Sdk.JAVA_6_5_6)) {
            SdkProcess process = sdk.start();
            processes.add(process);
            process.hearPushes((key, push) -> heard(sdk, key, push));
            sdks.add(new SdkApp(sdk.toString(), process, ports, services, ledger));
        }
        all.addAll(lasting);
        all.addAll(guests);
        all.addAll(sdks);
        lasting.subList(0, 2).forEach(app -> services.forEach(app::publish));
        for (int i = 0; i < sdks.size(); i++) {
            services.subList(i * SERVICES / sdks.size(), (i + 1) * SERVICES / sdks.size())
                    .forEach(sdks.get(i)::publish);
        }
    }

    private static List<Integer> rotated(List<Integer> ports, int by) {
        List<Integer> rotated = new ArrayList<>(ports);
        Collections.rotate(rotated, by);
        return rotated;
    }

    /** One of the many things that clients do. */
    void operate() {
        operate(random.nextInt(100));
    }

    /** The same, but nobody ends its connection. */
    void operateInPlace() {
        operate(random.nextInt(MOVES));
    }

    private void operate(int dice) {
        if (dice < 45) {
            republish();
        } else if (dice < 65) {
            publish();
        } else if (dice < MOVES) {
            unpublish();
        } else if (dice < 93) {
            move();
        } else if (dice < 96) {
            leave();
        } else {
            comeBack();
        }
    }

    private void republish() {
        App app = pick(all);
        if (!app.publications().isEmpty()) {
            app.republish(pick(app.publications()));
            count("republish");
        }
    }

    private void publish() {
        App app = random.nextInt(4) == 0 ? pick(sdks) : pick(guests);
        if (ledger.published() < 3 * SERVICES + MAX_GUESTS) {
            app.publish(pick(services));
            count("publish");
        }
    }

    private void unpublish() {
        App app = random.nextInt(4) == 0 ? pick(sdks) : pick(guests);
        if (!app.publications().isEmpty()) {
            app.unpublish(pick(app.publications()));
            count("unpublish");
        }
    }

    private void move() {
        App app = pick(all);
        if (!app.isAway()) {
            app.move();
            count("move");
        }
    }

    private void leave() {
        App app = random.nextInt(4) == 0 ? pick(sdks) : pick(guests);
        if (!app.isAway() && all.stream().filter(App::isAway).count() < MAX_AWAY) {
            app.leave();
            count("leave");
        }
    }

    private void comeBack() {
        all.stream().filter(App::isAway).findFirst().ifPresent(app -> {
            app.comeBack();
            count("come back");
        });
    }

    /** In turn those on the wire that never leave, and those of the SDKs. */
    App member(int index) {
        int half = index / 2;
        return index % 2 == 0 ? lasting.get(half % lasting.size()) : sdks.get(half % sdks.size());
    }

    String service(int index) {
        return services.get(index % services.size());
    }

    Map<String, Integer> operations() {
        return operations;
    }

    private void count(String operation) {
        operations.merge(operation, 1, Integer::sum);
    }

    private <T> T pick(List<? extends T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /**
     * Everybody comes back, says something new, and waits until all see the truth and nothing else, the applications
     * of the SDKs as well as the wire.
     *
     * @return what is not as it should be when the time is over
     */
    List<String> settle(Duration limit) {
        all.stream().filter(App::isAway).forEach(App::comeBack);
        all.forEach(app -> app.publications().stream().limit(1).forEach(app::republish));
        long deadline = System.nanoTime() + limit.toNanos();
        List<String> differences = differences();
        while (!differences.isEmpty() && System.nanoTime() < deadline) {
            Pause.millis(50);
            differences = differences();
        }
        return differences;
    }

    /** What the SDKs are doing. */
    Map<String, List<String>> threads() {
        Map<String, List<String>> threads = new TreeMap<>();
        processes.forEach(process -> threads.put(process.sdk().toString(), process.threads()));
        return threads;
    }

    private List<String> differences() {
        List<String> differences = new ArrayList<>(ledger.differences());
        Map<String, Set<String>> truth = ledger.truth();
        for (int i = 0; i < sdks.size(); i++) {
            String sdk = processes.get(i).sdk().toString();
            for (Map.Entry<String, SdkSubscriber> each :
                    sdks.get(i).subscriptions().entrySet()) {
                Set<String> expected = truth.getOrDefault(each.getKey(), Set.of());
                if (!hasHeard(sdk + " " + each.getValue().key(), expected)) {
                    differences.add(sdk + " did not tell its application of " + each.getKey());
                }
            }
        }
        return differences;
    }

    private void heard(Sdk sdk, String key, Push push) {
        Set<String> values = new TreeSet<>();
        push.zones().values().forEach(values::addAll);
        synchronized (told) {
            Deque<Set<String>> lists = told.computeIfAbsent(sdk + " " + key, each -> new ArrayDeque<>());
            if (lists.size() == LISTS_REMEMBERED) {
                lists.removeFirst();
            }
            lists.addLast(values);
        }
    }

    /** Not as the last one: callbacks of an SDK run beside each other. */
    private boolean hasHeard(String subscriber, Set<String> values) {
        synchronized (told) {
            return told.getOrDefault(subscriber, new ArrayDeque<>()).contains(values);
        }
    }

    @Override
    public void close() {
        all.forEach(App::close);
        processes.forEach(SdkProcess::close);
    }
}
