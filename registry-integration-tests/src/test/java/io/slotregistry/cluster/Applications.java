package io.slotregistry.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotregistry.sdk.DiscoveryStub;
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
public final class Applications implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PROVIDERS = 3;

    private final List<String> dataIds =
            IntStream.range(0, 24).mapToObj(i -> "cluster-service-" + i).toList();
    /**
     * Clients ask each half minute only. One that asked while a session was down does not know it when the other ends
     * soon after, and what it asks then may be the one that ended.
     */
    private final DiscoveryStub discovery;

    private final SdkProcess process = Sdk.JAVA_6_5_6.start();
    private final Map<String, List<SdkPublisher>> publishers = new TreeMap<>();
    private final List<SdkSubscriber> subscribers = new ArrayList<>();
    private final List<WireWitness> witnesses = new ArrayList<>();
    private int generation;

    public Applications(LoopbackCluster cluster) {
        int first = cluster.session(0).clientPort();
        int second = cluster.session(1).clientPort();
        discovery = new DiscoveryStub("127.0.0.1:" + first + ";127.0.0.1:" + second);
        witnesses.add(new WireWitness(List.of(first, second), dataIds));
        witnesses.add(new WireWitness(List.of(second, first), dataIds));
        for (int i = 0; i < PROVIDERS; i++) {
            String name = "provider" + i;
            SdkClient client = process.open(discovery.port());
            publishers.put(
                    name,
                    dataIds.stream()
                            .map(dataId -> client.publish(dataId, name + "@0"))
                            .toList());
        }
        witnesses.forEach(witness -> witness.awaitAll(PROVIDERS, PATIENCE));
        // Both sessions know all providers now, so no push that an SDK ever gets may lack one.
        SdkClient consumer = process.open(discovery.port());
        dataIds.forEach(dataId -> subscribers.add(consumer.subscribe(dataId)));
        awaitEverybody();
    }

    /** Waits until every consumer, wherever it is connected now, sees all providers. */
    public void awaitEverybody() {
        witnesses.forEach(witness -> witness.awaitAll(PROVIDERS, PATIENCE));
        subscribers.forEach(this::awaitCurrent);
    }

    /** Each provider says something new, and every consumer must see it. */
    public Duration change() {
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
    public List<Integer> pushes() {
        List<Integer> pushes = new ArrayList<>();
        witnesses.forEach(witness -> pushes.add(witness.pushes()));
        subscribers.forEach(subscriber -> pushes.add(subscriber.pushes().size()));
        return pushes;
    }

    /** How often the witnesses have connected. */
    public int connections() {
        return witnesses.stream().mapToInt(WireWitness::connections).sum();
    }

    public void awaitConnections(int count) {
        await("witnesses are connected again").atMost(PATIENCE).until(() -> connections() >= count);
    }

    SdkProcess process() {
        return process;
    }

    /** In every push that anybody ever got. */
    public void assertNothingWasEverMissing() {
        witnesses.forEach(WireWitness::assertNothingWasEverMissing);
        for (SdkSubscriber subscriber : subscribers) {
            assertThat(subscriber.pushes())
                    .allSatisfy(push -> assertThat(names(push)).containsExactlyElementsOf(publishers.keySet()));
        }
    }

    /** Not as the last one: the SDK's callbacks run beside each other, so the newest is not always told last. */
    private void awaitCurrent(SdkSubscriber subscriber) {
        List<String> expected = publishers.keySet().stream()
                .map(name -> name + "@" + generation)
                .toList();
        await("an SDK's subscriber sees " + expected)
                .atMost(PATIENCE)
                .until(() -> subscriber.pushes().stream()
                        .anyMatch(push -> values(push).equals(expected)));
    }

    private static List<String> values(Push push) {
        return push.zones().values().stream().flatMap(List::stream).sorted().toList();
    }

    private static List<String> names(Push push) {
        return values(push).stream()
                .map(value -> value.substring(0, value.indexOf('@')))
                .toList();
    }

    @Override
    public void close() {
        witnesses.forEach(WireWitness::close);
        process.close();
        discovery.close();
    }
}
