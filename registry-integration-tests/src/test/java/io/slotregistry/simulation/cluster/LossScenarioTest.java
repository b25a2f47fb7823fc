package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import io.slotregistry.simulation.cluster.SimulatedCluster.Layout;
import io.slotregistry.simulation.cluster.SimulatedCluster.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What subscribers see when many publishers are lost at once. */
class LossScenarioTest {
    private static final int CONNECTIONS = 10;
    private static final int SERVICES = 20;
    private static final long GRACE_MILLIS = Settings.DEFAULTS.session().graceMillis(SERVICES);
    private static final long HOLD_MILLIS = Settings.DEFAULTS.data().guard().holdMillis();

    private final SimulatedCluster cluster = new SimulatedCluster(7, new Layout(1, 2, 2), Settings.DEFAULTS).ready();
    private final List<SimulatedClient> providers = new ArrayList<>();
    private final List<Subscriber> consumers = new ArrayList<>();

    /** Each service has one publisher on each connection. */
    LossScenarioTest() {
        SimulatedClient consumer = cluster.client();
        IntStream.range(0, SERVICES).forEach(service -> consumers.add(consumer.subscribe("service-" + service)));
        for (int i = 0; i < CONNECTIONS; i++) {
            SimulatedClient provider = cluster.client();
            providers.add(provider);
            for (int service = 0; service < SERVICES; service++) {
                provider.publish("service-" + service, "provider-" + i);
            }
        }
        assertThat(cluster.time.runUntil(() -> allSee(0, CONNECTIONS), 5_000)).isTrue();
    }

    @Test
    void allConnectionsDropAndComeBackThreeSecondsLater() {
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).hasSize(CONNECTIONS));
        providers.forEach(provider -> provider.returnsBetween(3_000, 3_200));
        providers.forEach(SimulatedClient::disconnect);
        cluster.time.runFor(60_000);
        assertThat(allSee(0, CONNECTIONS)).isTrue();
    }

    @Test
    void allConnectionsDropAndComeBackWithinTheGraceTimeWithoutAPush() {
        List<Integer> pushes =
                consumers.stream().map(consumer -> consumer.pushes).toList();
        providers.forEach(SimulatedClient::disconnect);
        cluster.time.runFor(60_000);
        assertThat(consumers).extracting(consumer -> consumer.pushes).isEqualTo(pushes);
    }

    /** What counts is how many were lost together, not who is still away when the grace time ends. */
    @Test
    void theSlowAreNotMissedBecauseTheOthersAreFaster() {
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).hasSize(CONNECTIONS));
        providers.subList(0, 6).forEach(provider -> provider.returnsBetween(300, GRACE_MILLIS - 100));
        providers.subList(6, CONNECTIONS).forEach(provider -> provider.returnsBetween(5_000, 10_000));
        providers.forEach(SimulatedClient::disconnect);
        cluster.time.runFor(60_000);
        assertThat(allSee(0, CONNECTIONS)).isTrue();
    }

    /** No service loses more than half of its publishers, but four addresses in ten, of the clients of each session. */
    @Test
    void aNetworkThatLosesAThirdOfTheAddressesIsWaitedFor() {
        List<SimulatedClient> others = others(30);
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).hasSizeGreaterThanOrEqualTo(3));
        List<SimulatedClient> victims = new ArrayList<>(providers.subList(0, 4));
        for (int i = 0; i < others.size(); i += 3) {
            victims.add(others.get(i));
        }
        victims.forEach(victim -> victim.returnsBetween(5_000, 10_000));
        victims.forEach(SimulatedClient::disconnect);
        cluster.time.runFor(60_000);
        assertThat(allSee(0, CONNECTIONS)).isTrue();
    }

    @Test
    void connectionsWithoutAPublisherDoNotSpeakForTheNetwork() {
        List<SimulatedClient> empty = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            empty.add(cluster.client());
        }
        cluster.time.runFor(1_000);
        empty.forEach(SimulatedClient::close);
        providers.get(0).close();
        cluster.time.runFor(GRACE_MILLIS + 100);
        assertThat(allSee(1, CONNECTIONS)).isTrue();
    }

    /** Clients in threes, each three with a service that a consumer sees. */
    private List<SimulatedClient> others(int count) {
        SimulatedClient consumer = cluster.client();
        List<SimulatedClient> others = new ArrayList<>();
        List<Subscriber> seen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (i % 3 == 0) {
                seen.add(consumer.subscribe("of-three-" + i / 3));
            }
            SimulatedClient other = cluster.client();
            other.publish("of-three-" + i / 3, "other-" + i);
            others.add(other);
        }
        assertThat(cluster.time.runUntil(
                        () -> seen.stream().allMatch(each -> each.sees().size() == 3), 5_000))
                .isTrue();
        return others;
    }

    @Test
    void halfOfThemEndForGood() {
        providers.subList(0, CONNECTIONS / 2).forEach(SimulatedClient::close);
        cluster.time.runFor(GRACE_MILLIS - 50);
        assertThat(allSee(0, CONNECTIONS)).isTrue();
        assertThat(cluster.time.runUntil(() -> allSee(CONNECTIONS / 2, CONNECTIONS), 100))
                .isTrue();
    }

    @Test
    void allOfThemEndForGood() {
        providers.forEach(SimulatedClient::close);
        cluster.time.runFor(HOLD_MILLIS - 50);
        assertThat(allSee(0, CONNECTIONS)).isTrue();
        assertThat(cluster.time.runUntil(() -> allSee(0, 0), 100)).isTrue();
    }

    @Test
    void anOperatorReleasesWhatIsHeldOfAService() {
        providers.forEach(SimulatedClient::close);
        cluster.time.runFor(GRACE_MILLIS + 100);
        cluster.datas.forEach(data -> java.util.Objects.requireNonNull(data.server)
                .releaseLosses(SimulatedClient.dataInfoId("service-3"), held -> {}));
        assertThat(cluster.time.runUntil(() -> consumers.get(3).sees().isEmpty(), 100))
                .isTrue();
        assertThat(consumers.get(4).sees()).hasSize(CONNECTIONS);
    }

    @Test
    void aSessionWithAllOfThemEndsAndTheyComeBackInTime() {
        cluster.onPush(subscriber -> assertThat(subscriber.sees()).hasSize(CONNECTIONS));
        cluster.sessions.get(0).crash();
        cluster.time.runFor(60_000);
        assertThat(allSee(0, CONNECTIONS)).isTrue();
    }

    private boolean allSee(int from, int to) {
        TreeSet<String> expected = new TreeSet<>();
        IntStream.range(from, to).forEach(i -> expected.add("provider-" + i));
        return consumers.stream().allMatch(consumer -> consumer.sees().equals(expected));
    }
}
