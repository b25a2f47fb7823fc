package io.slotregistry.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotregistry.sdk.Push;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.SdkPublisher;
import io.slotregistry.sdk.SdkSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Providers and consumers of many services, over real SDK clients and over witnesses at each session. All providers
 * provide all services, so whatever a fault hides is missed somewhere.
 */
final class Applications implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PROVIDERS = 3;

    private final List<String> dataIds =
            IntStream.range(0, 24).mapToObj(i -> "cluster-service-" + i).toList();
    private final SdkProcess process = Sdk.JAVA_6_5_6.start();
    private final Map<String, List<SdkPublisher>> publishers = new TreeMap<>();
    private final List<SdkSubscriber> subscribers = new ArrayList<>();
    private final List<WireWitness> witnesses = new ArrayList<>();
    private int generation;

    Applications(LoopbackCluster cluster) {
        int first = cluster.session(0).clientPort();
        int second = cluster.session(1).clientPort();
        witnesses.add(new WireWitness(List.of(first, second), dataIds));
        witnesses.add(new WireWitness(List.of(second, first), dataIds));
        for (int i = 0; i < PROVIDERS; i++) {
            String name = "provider" + i;
            SdkClient client = process.open(cluster.session(i % 2).httpPort());
            publishers.put(
                    name,
                    dataIds.stream()
                            .map(dataId -> client.publish(dataId, name + "@0"))
                            .toList());
        }
        SdkClient consumer = process.open(cluster.session(1).httpPort());
        dataIds.forEach(dataId -> subscribers.add(consumer.subscribe(dataId)));
        awaitEverybody();
    }

    /** Waits until every consumer, wherever it is connected now, sees all providers. */
    void awaitEverybody() {
        witnesses.forEach(witness -> witness.awaitAll(PROVIDERS, PATIENCE));
        subscribers.forEach(this::awaitCurrent);
    }

    /** Each provider says something new, and every consumer must see it. */
    Duration change() {
        long start = System.nanoTime();
        generation++;
        publishers.forEach((name, each) -> each.forEach(publisher -> publisher.republish(name + "@" + generation)));
        for (String name : publishers.keySet()) {
            witnesses.forEach(witness -> witness.await(name, generation, PATIENCE));
        }
        Duration duration = Duration.ofNanos(System.nanoTime() - start);
        subscribers.forEach(this::awaitCurrent);
        return duration;
    }

    /** How many pushes have come, to notice one that should not. */
    List<Integer> pushes() {
        List<Integer> pushes = new ArrayList<>();
        witnesses.forEach(witness -> pushes.add(witness.pushes()));
        subscribers.forEach(subscriber -> pushes.add(subscriber.pushes().size()));
        return pushes;
    }

    /** How often the witnesses have connected. */
    int connections() {
        return witnesses.stream().mapToInt(WireWitness::connections).sum();
    }

    void awaitConnections(int count) {
        await("witnesses are connected again").atMost(PATIENCE).until(() -> connections() >= count);
    }

    SdkProcess process() {
        return process;
    }

    /** In every push that anybody ever got. */
    void assertNothingWasEverMissing() {
        witnesses.forEach(WireWitness::assertNothingWasEverMissing);
        for (SdkSubscriber subscriber : subscribers) {
            List<String> before = List.of();
            for (Push push : subscriber.pushes()) {
                List<String> names = names(push);
                assertThat(names).as("providers in " + push).containsAll(before);
                before = names;
            }
        }
    }

    private void awaitCurrent(SdkSubscriber subscriber) {
        subscriber.awaitList(publishers.keySet().stream()
                .map(name -> name + "@" + generation)
                .toArray(String[]::new));
    }

    private static List<String> names(Push push) {
        return push.zones().values().stream()
                .flatMap(List::stream)
                .map(value -> value.substring(0, value.indexOf('@')))
                .toList();
    }

    @Override
    public void close() {
        witnesses.forEach(WireWitness::close);
        process.close();
    }
}
