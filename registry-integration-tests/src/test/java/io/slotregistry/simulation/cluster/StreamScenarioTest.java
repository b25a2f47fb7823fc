package io.slotregistry.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.PublisherRow;
import io.slotregistry.proto.ServiceQuery;
import io.slotregistry.proto.SnapshotReason;
import io.slotregistry.sender.StreamStats;
import io.slotregistry.simulation.NetworkWeather;
import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedClient.Subscriber;
import io.slotregistry.simulation.cluster.SimulatedCluster.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sessions and data servers owe each other, and that it stays little. */
class StreamScenarioTest {
    private static final int SERVICES = 50;

    /** A renew comes after at most five quarters of a second; then the messages of the repair. */
    private static final long PERIOD_MILLIS = 1_250 + 10;

    /** How long a service is watched that nobody subscribes to any more. */
    private static final long KEPT_MILLIS = 60_000;

    private final StreamTampering tampering = new StreamTampering();
    private final SimulatedCluster cluster = new SimulatedCluster(
                    42, new SimulatedCluster.Layout(1, 2, 2), SimulatedCluster.Settings.DEFAULTS, tampering)
            .ready();
    private final Session session = cluster.sessions.get(0);
    private final DirectClient client = new DirectClient(cluster, Objects.requireNonNull(session.server));

    @Test
    void whatASessionRemembersForASilentDataServerDoesNotGrowWithTheChanges() {
        Set<String> staying = publish(200);
        cluster.time.runFor(5_000);
        SimulatedCluster.Data silent = cluster.datas.get(0);
        cluster.network.cut(session.address, silent.address);
        publishersComeAndGo("a", 150_000);

        // A new process has no mirrors, so the session is to begin with a snapshot.
        silent.crash();
        silent.start();
        cluster.time.runFor(5_000);
        publishersComeAndGo("b", 150_000);

        cluster.network.heal();
        cluster.time.runFor(10_000);
        for (SimulatedCluster.Data data : cluster.datas) {
            assertThat(heldBy(data)).as(data.id.toString()).isEqualTo(staying);
        }
        assertThat(backlog()).isLessThan(16 * 256 + 1);
    }

    @Test
    void whatASessionRemembersOfEndedWatchesDoesNotGrowWithThem() {
        client.subscribe("orders");
        cluster.time.runFor(1_000);
        assertThat(watched()).isEqualTo(1);
        cluster.datas.forEach(data -> cluster.network.cut(session.address, data.address));
        for (int i = 1; i <= 150_000; i++) {
            client.subscribe("passing-" + i);
            client.unsubscribe("passing-" + i);
            if (i % 1_000 == 0) {
                cluster.time.runFor(20);
                assertThat(backlog()).as("after %d", i).isLessThan(25_000);
            }
        }
        cluster.network.heal();
        cluster.time.runFor(5_000);
        assertThat(watched()).isEqualTo(1);
        assertThat(backlog()).isZero();
    }

    @Test
    void aSilentDataServerIsCountedOnceAndNamedUntilItAnswers() {
        publish(200);
        cluster.time.runFor(5_000);
        SimulatedCluster.Data silent = cluster.datas.get(0);
        cluster.network.cut(session.address, silent.address);
        cluster.time.runFor(60_000);
        StreamStats streams = session.streams();
        assertThat(streams.unsynced(Role.DATA)).containsExactly(session.process() + "->" + silent.id);
        assertThat(streams.unsyncedCount(Role.DATA)).as("one for each loop").isEqualTo(2);
        assertThat(streams.giveUps(Role.DATA)).isEqualTo(2);
        assertThat(streams.unsynced(Role.META)).isEmpty();

        cluster.network.heal();
        cluster.time.runFor(4_000);
        assertThat(streams.unsynced(Role.DATA)).isEmpty();
        assertThat(streams.giveUps(Role.DATA)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWrongPublicationInAMirrorIsFoundByTheNextRenewAndRepaired(boolean inLeader) {
        publish(1);
        cluster.time.runFor(5_000);
        SimulatedCluster.Data leader = leaderOf("service-0");
        SimulatedCluster.Data victim = inLeader
                ? leader
                : cluster.datas.stream()
                        .filter(data -> data != leader)
                        .findFirst()
                        .orElseThrow();
        tampering.plan(StreamTampering.Wrong.PUBLICATION_CHANGED, victim);
        client.publish("p0", "service-0", 2);
        cluster.time.runFor(50);
        assertThat(tampering.isDone()).isTrue();
        assertThat(appOfFirst(victim)).isEqualTo(StreamTampering.WRONG_APP);

        assertThat(cluster.time.runUntil(() -> !appOfFirst(victim).equals(StreamTampering.WRONG_APP), PERIOD_MILLIS))
                .isTrue();
        assertThat(victim.streams().mismatchesFound()).isEqualTo(1);
        cluster.time.runFor(10_000);
        assertThat(mismatches()).isEqualTo(1);
        assertThat(session.streams().snapshotsSent(SnapshotReason.MISMATCH)).isEqualTo(1);
    }

    @Test
    void aLostChangeIsFoundByTheNextRenewAndRepaired() {
        Subscriber consumer = cluster.clientOf(session).subscribe("service-0");
        cluster.time.runFor(5_000);
        tampering.plan(StreamTampering.Wrong.CHANGES_LOST, session);
        publish(1);
        cluster.time.runFor(50);
        assertThat(tampering.isDone()).isTrue();
        assertThat(consumer.sees()).isEmpty();

        assertThat(cluster.time.runUntil(() -> !consumer.sees().isEmpty(), PERIOD_MILLIS))
                .isTrue();
        assertThat(watchRepairs()).isEqualTo(1);
    }

    @Test
    void aLostWatchIsFoundByTheNextRenewAndRepaired() {
        publish(1);
        cluster.time.runFor(5_000);
        tampering.plan(StreamTampering.Wrong.WATCHES_LOST, leaderOf("service-0"));
        Subscriber consumer = cluster.clientOf(session).subscribe("service-0");
        cluster.time.runFor(50);
        assertThat(tampering.isDone()).isTrue();
        assertThat(consumer.wasCalled()).isFalse();

        assertThat(cluster.time.runUntil(consumer::wasCalled, PERIOD_MILLIS)).isTrue();
        assertThat(consumer.sees()).isNotEmpty();
        assertThat(watchRepairs()).isEqualTo(1);
    }

    @Test
    void aLostUnwatchIsFoundByTheNextRenewAndRepaired() {
        client.subscribe("service-0");
        cluster.time.runFor(5_000);
        tampering.plan(StreamTampering.Wrong.UNWATCHES_LOST, leaderOf("service-0"));
        client.unsubscribe("service-0");
        cluster.time.runFor(KEPT_MILLIS - 50);
        assertThat(tampering.isDone()).isFalse();
        cluster.time.runFor(100);
        assertThat(tampering.isDone()).isTrue();
        assertThat(watched()).isEqualTo(1);

        cluster.time.runFor(PERIOD_MILLIS);
        assertThat(watched()).isZero();
        assertThat(watchRepairs()).isEqualTo(1);
    }

    /** Its new session never heard of what it saw, and sees the same publishers before and after. */
    @Test
    void aClientThatSawMoreOnAnotherSessionIsBroughtUpToDate() {
        publish(1);
        cluster.clientOf(session).subscribe("service-0");
        SimulatedClient moving = cluster.clientOf(cluster.sessions.get(1));
        Subscriber consumer = moving.subscribe("service-0");
        cluster.time.runFor(5_000);
        assertThat(consumer.sees()).containsExactly("10.0.0.1");
        cluster.datas.forEach(data -> cluster.network.cut(data.address, session.address));
        Publisher other = cluster.clientOf(cluster.sessions.get(1)).publish("service-0", "10.0.0.2");
        cluster.time.runFor(100);
        assertThat(consumer.sees()).containsExactly("10.0.0.1", "10.0.0.2");
        moving.disconnect();
        moving.connect(session);
        cluster.time.runFor(100);
        other.unpublish();
        cluster.time.runFor(100);

        cluster.network.heal();
        assertThat(cluster.time.runUntil(() -> consumer.sees().size() == 1, 5_000))
                .isTrue();
    }

    @Test
    void nothingIsRepeatedWhenNothingIsWrong() {
        publish(200);
        for (int i = 0; i < SERVICES; i++) {
            client.subscribe("service-" + i);
        }
        cluster.time.runFor(5_000);
        tampering.said.clear();
        cluster.time.runFor(120_000);
        assertThat(tampering.said).isEmpty();
    }

    /** Messages are late, repeated and overtake each other, and some are later than every timeout. */
    @Test
    void nothingIsTakenForWrongWhileEverythingChangesAndMessagesAreLate() {
        cluster.network.weather(new NetworkWeather(50, 20_000, 0, 0.05, 0.02, 6_000_000));
        DirectClient other = new DirectClient(cluster, Objects.requireNonNull(cluster.sessions.get(1).server));
        SplittableRandom random = new SplittableRandom(7);
        for (long version = 1; version <= 20_000; version++) {
            String service = "service-" + random.nextInt(SERVICES);
            DirectClient any = random.nextBoolean() ? client : other;
            switch (random.nextInt(8)) {
                case 0 -> any.unpublish(any.id() + service, service, version);
                case 1 -> any.subscribe(service);
                case 2 -> any.unsubscribe(service);
                default -> any.publish(any.id() + service, service, version);
            }
            cluster.time.runFor(5);
        }
        assertThat(cluster.network.slowMessages()).isPositive();
        assertThat(mismatches()).as("false mismatches").isZero();
        assertThat(watchRepairs()).as("false watch repairs").isZero();
    }

    private long mismatches() {
        return cluster.datas.stream()
                .mapToLong(data -> data.streams().mismatchesFound())
                .sum();
    }

    private long watchRepairs() {
        return cluster.datas.stream()
                .mapToLong(data -> data.streams().watchRepairs())
                .sum();
    }

    private SimulatedCluster.Data leaderOf(String service) {
        SlotOwners owners = cluster.log.view().owners(cluster.slotOf(SimulatedClient.dataInfoId(service)));
        return cluster.datas.stream()
                .filter(data -> data.id.equals(owners.leader()))
                .findFirst()
                .orElseThrow();
    }

    private String appOfFirst(SimulatedCluster.Data data) {
        Inspect question = Inspect.newBuilder()
                .setService(SimulatedClient.dataInfoId("service-0"))
                .build();
        return ask(data, question).getPublishersList().stream()
                .map(PublisherRow::getAppName)
                .findFirst()
                .orElseThrow();
    }

    private Set<String> publish(int publishers) {
        Set<String> ids = new TreeSet<>();
        for (int i = 0; i < publishers; i++) {
            client.publish("p" + i, "service-" + i % SERVICES, 1);
            ids.add("p" + i);
        }
        return ids;
    }

    /** Each with a registerId of its own. */
    private void publishersComeAndGo(String prefix, int publishers) {
        for (int i = 1; i <= publishers; i++) {
            client.publish(prefix + i, "service-" + i % SERVICES, 1);
            client.unpublish(prefix + i, "service-" + i % SERVICES, 2);
            if (i % 1_000 == 0) {
                cluster.time.runFor(20);
                assertThat(backlog()).as("after %d", i).isLessThan(40_000);
            }
        }
    }

    private int backlog() {
        int[] answer = {-1};
        Objects.requireNonNull(session.server).backlog(size -> answer[0] = size);
        assertThat(cluster.time.runUntil(() -> answer[0] >= 0, 10)).isTrue();
        return answer[0];
    }

    private Set<String> heldBy(SimulatedCluster.Data data) {
        Set<String> ids = new TreeSet<>();
        for (int i = 0; i < SERVICES; i++) {
            Inspect question = Inspect.newBuilder()
                    .setService(SimulatedClient.dataInfoId("service-" + i))
                    .build();
            ask(data, question).getPublishersList().stream()
                    .map(PublisherRow::getRegisterId)
                    .forEach(ids::add);
        }
        return ids;
    }

    /** Services that any session watches at their leaders. */
    private long watched() {
        Inspect question = Inspect.newBuilder()
                .setServices(ServiceQuery.newBuilder().setLimit(Integer.MAX_VALUE))
                .build();
        return cluster.datas.stream()
                .flatMap(data -> ask(data, question).getServicesList().stream())
                .filter(row -> row.getLeader() && row.getWatchingSessions() > 0)
                .count();
    }

    private Inspection ask(SimulatedCluster.Data data, Inspect question) {
        List<Inspection> answers = new ArrayList<>();
        Objects.requireNonNull(data.server).inspect(question, answers::add);
        assertThat(cluster.time.runUntil(() -> !answers.isEmpty(), 10)).isTrue();
        return answers.get(0);
    }
}
