package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import io.slotregistry.slot.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What subscribers see when everything is started while clients are on their way back. */
class ColdStartScenarioTest {
    private static final int PROVIDERS = 10;
    private static final long MINUTE = 60_000;

    private final SimulatedCluster cluster = new SimulatedCluster(5, 2, 2).ready();
    private final List<Publisher> providers = new ArrayList<>();
    private final List<Subscriber> consumers = new ArrayList<>();

    /** The providers come back within eight seconds, one after another. */
    ColdStartScenarioTest() {
        for (int i = 0; i < PROVIDERS; i++) {
            SimulatedClient client = cluster.client();
            client.returnsBetween(800L * i + 100, 800L * i + 101);
            providers.add(client.publish("orders", "provider-" + i));
            consumers.add(cluster.client().subscribe("orders"));
        }
        cluster.time.runFor(10_000);
        assertThat(consumers).allMatch(this::seesAll);
    }

    @Test
    void whoHoldsAListIsNeverShownAShorterOne() {
        cluster.onPush(consumer -> assertThat(consumer.sees()).hasSize(PROVIDERS));
        restart(all());
        long begin = cluster.time.nowMillis();
        assertThat(cluster.time.runUntil(() -> isWarmingUp(true), 5_000)).isTrue();
        assertThat(cluster.time.runUntil(() -> isWarmingUp(false), MINUTE)).isTrue();
        // The last one needs up to two turns of eight seconds; then two seconds of quiet.
        assertThat(cluster.time.nowMillis() - begin).isBetween(8_000L, 16_000L);
        assertThatAChangeIsSeen();
    }

    @Test
    void whoComesNewIsShownAListOnceAndThenTheWhole() {
        restart(all());
        cluster.time.runUntil(() -> isWarmingUp(true), 5_000);
        cluster.time.runUntil(() -> cluster.sessions.stream().allMatch(session -> session.open), 5_000);
        Subscriber newcomer = cluster.client().subscribe("orders");
        Subscriber ofNothing = cluster.client().subscribe("nothing");
        cluster.time.runFor(900);
        assertThat(newcomer.wasCalled()).isFalse();
        cluster.time.runFor(2_000);
        assertThat(newcomer.wasCalled()).isTrue();
        assertThat(ofNothing.wasCalled()).isTrue();
        assertThat(newcomer.version()).isEqualTo(Version.UNKNOWN);
        cluster.time.runUntil(() -> isWarmingUp(false), MINUTE);
        assertThat(newcomer.pushes).isEqualTo(1);
        cluster.time.runFor(100);
        assertThat(seesAll(newcomer)).isTrue();
        assertThat(newcomer.pushes).isEqualTo(2);
    }

    @Test
    void aSessionThatDoesNotComeBackKeepsNobodyWaitingForAFirstList() {
        all().forEach(SimulatedNode::crash);
        cluster.time.runFor(500);
        all().stream().filter(node -> node != cluster.sessions.get(1)).forEach(SimulatedNode::start);
        assertThat(cluster.time.runUntil(() -> cluster.sessions.get(0).open, 5_000))
                .isTrue();
        Subscriber newcomer = cluster.clientOf(cluster.sessions.get(0)).subscribe("orders");
        long leaseMillis = cluster.settings().meta().suspicionMillis();
        assertThat(cluster.time.runUntil(newcomer::wasCalled, leaseMillis + 2_500 + 500))
                .isTrue();
    }

    @Test
    void whoDoesNotComeBackEndsNothingButTheWait() {
        cluster.clients.get(0).close();
        restart(all());
        cluster.time.runUntil(() -> isWarmingUp(true), 5_000);
        long begin = cluster.time.nowMillis();
        assertThat(cluster.time.runUntil(() -> isWarmingUp(false), MINUTE)).isTrue();
        assertThat(cluster.time.nowMillis() - begin).isBetween(14_000L, 18_000L);
        cluster.time.runFor(1_000);
        assertThat(consumers).allMatch(consumer -> consumer.sees().size() == PROVIDERS - 1);
    }

    @Test
    void anOperatorEndsTheWait() {
        restart(all());
        cluster.time.runUntil(() -> isWarmingUp(true), 5_000);
        new SimulatedOperator(cluster).set("warm-up.max-millis", "0", "");
        assertThat(cluster.time.runUntil(() -> isWarmingUp(false), 1_000)).isTrue();
    }

    @Test
    void sessionsThatRestartWhileDataServersRememberTheirClientsNeedNoWait() {
        cluster.onPush(consumer -> assertThat(consumer.sees()).hasSize(PROVIDERS));
        restart(new ArrayList<>(cluster.sessions));
        cluster.time.runUntil(() -> isWarmingUp(true), 12_000);
        assertThat(isWarmingUp(true)).isFalse();
        assertThatAChangeIsSeen();
    }

    @Test
    void sessionsThatWereAwayForLongAreWaitedForAlthoughDataServersLive() {
        cluster.onPush(consumer -> assertThat(consumer.sees()).hasSize(PROVIDERS));
        cluster.sessions.forEach(SimulatedNode::crash);
        cluster.time.runFor(5 * MINUTE);
        cluster.sessions.forEach(SimulatedNode::start);
        assertThat(cluster.time.runUntil(() -> isWarmingUp(true), 5_000)).isTrue();
        assertThat(cluster.time.runUntil(() -> isWarmingUp(false), MINUTE)).isTrue();
        cluster.time.runFor(1_000);
        assertThatAChangeIsSeen();
    }

    @Test
    void metaServersThatRestartAloneMakeNoColdStart() {
        restart(new ArrayList<>(cluster.metas));
        cluster.sessions.get(0).crash();
        cluster.sessions.get(0).start();
        cluster.time.runFor(5_000);
        assertThat(isWarmingUp(true)).isFalse();
        assertThatAChangeIsSeen();
    }

    @Test
    void aNewClusterNeedsNoWait() {
        SimulatedCluster fresh = new SimulatedCluster(6, 2, 2).ready();
        assertThat(fresh.log.view().warmUp().active()).isFalse();
        Subscriber consumer = fresh.client().subscribe("nothing");
        assertThat(fresh.time.runUntil(consumer::wasCalled, 500)).isTrue();
    }

    private List<SimulatedNode> all() {
        List<SimulatedNode> all = new ArrayList<>(cluster.metas);
        all.addAll(cluster.datas);
        all.addAll(cluster.sessions);
        return all;
    }

    private void restart(List<SimulatedNode> nodes) {
        nodes.forEach(SimulatedNode::crash);
        cluster.time.runFor(3_000);
        nodes.forEach(SimulatedNode::start);
    }

    private boolean isWarmingUp(boolean wanted) {
        return cluster.log.view().warmUp().active() == wanted;
    }

    private boolean seesAll(Subscriber consumer) {
        TreeSet<String> expected = new TreeSet<>();
        IntStream.range(0, PROVIDERS).forEach(i -> expected.add("provider-" + i));
        return consumer.sees().equals(expected);
    }

    private void assertThatAChangeIsSeen() {
        providers.get(0).republish("changed");
        boolean seen = cluster.time.runUntil(
                () -> consumers.stream().allMatch(consumer -> consumer.sees().contains("changed")), MINUTE / 2);
        assertThat(seen).isTrue();
    }
}
