package io.slotregistry.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import io.slotregistry.cluster.LoopbackCluster;
import io.slotregistry.cluster.SharedCluster;
import io.slotregistry.conformance.Registrations;
import io.slotregistry.conformance.WireClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Clients that are on two sessions at once, or gone before anybody knows them. */
@ExtendWith(SharedCluster.class)
class RacesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Longer than the grace time of a lost connection and what follows it. */
    private static final int PAST_GRACE_MILLIS = 3_000;

    private final LoopbackCluster cluster;
    private final String service = "race-" + UUID.randomUUID();
    private final List<WireClient> clients = new ArrayList<>();
    private final SubscriberRegister subscriber = Registrations.subscriber(service);
    private WireClient onlooker;

    RacesIT(LoopbackCluster cluster) {
        this.cluster = cluster;
        this.onlooker = connect(0);
    }

    /** Who is always there: three, so that one more or less is never most of the service. */
    @BeforeEach
    void threeAreThere() {
        for (int i = 1; i <= 3; i++) {
            onlooker.register(Registrations.publisher(service, "here " + i));
        }
        onlooker.register(subscriber);
        awaitList();
    }

    @AfterEach
    void close() {
        clients.forEach(WireClient::close);
    }

    @Test
    void aClientOnTwoSessionsIsShownOnceAndStaysWhenTheOlderConnectionEnds() {
        PublisherRegister publisher = Registrations.publisher(service, "moving");
        WireClient old = connect(0);
        old.register(publisher);
        awaitList("moving");
        WireClient young = connect(1);
        young.register(publisher);
        awaitHolders(publisher, "session-2");

        old.close();
        Pause.millis(PAST_GRACE_MILLIS);
        young.register(Registrations.publisher(service, "marker"));

        // Only one push may have come since: nobody ever saw it missing, or twice.
        assertThat(WireClient.zones(onlooker.socket().awaitPush(ReceivedData.class)))
                .satisfies(zones -> assertThat(zones.get("DEFAULT_ZONE"))
                        .containsExactlyInAnyOrder("here 1", "here 2", "here 3", "moving", "marker"));
        young.close();
        awaitList();
    }

    @Test
    void theNewerConnectionDecidesWhateverTheOlderOneStillSays() {
        PublisherRegister publisher = Registrations.publisher(service, "first");
        WireClient old = connect(0);
        old.register(publisher);
        WireClient young = connect(1);
        PublisherRegister second = Registrations.next(publisher, "second");
        young.register(second);
        awaitList("second");

        old.register(publisher);
        old.close();
        young.register(Registrations.next(second, "third"));

        awaitList("third");
        Pause.millis(PAST_GRACE_MILLIS);
        assertThat(holders()).hasSize(4);
    }

    @Test
    void clientsThatStayForMomentsLeaveNoGhost() {
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            WireClient client = connect(i % 2);
            client.register(Registrations.publisher(service, "moment " + i));
            if (random.nextBoolean()) {
                Pause.millis(random.nextInt(50));
            }
            client.close();
        }
        awaitNobodyElse();
    }

    /** A registration whose answer nobody waits for: the connection ends while it is under way. */
    @Test
    void registrationsThatEndWithTheirConnectionLeaveNoGhost() {
        for (int i = 0; i < 40; i++) {
            WireClient client = connect(i % 2);
            client.send(Registrations.publisher(service, "never waited " + i));
            client.close();
        }
        awaitNobodyElse();
    }

    @Test
    void anUnpublishWinsOverTheConnectionsThatTheClientHadBefore() {
        Random random = new Random(2);
        for (int i = 0; i < 20; i++) {
            PublisherRegister publisher = Registrations.publisher(service, "unpublished " + i);
            WireClient old = connect(i % 2);
            old.register(publisher);
            WireClient young = connect(1 - i % 2);
            young.send(publisher);
            young.register(Registrations.end(publisher));
            Pause.millis(random.nextInt(30));
            old.close();
        }
        awaitNobodyElse();
    }

    @Test
    void aRepublicationAfterAnUnpublishElsewhereIsShown() {
        for (int i = 0; i < 10; i++) {
            PublisherRegister publisher = Registrations.publisher(service, "once");
            WireClient old = connect(i % 2);
            old.register(publisher);
            PublisherRegister end = Registrations.end(publisher);
            old.register(end);
            WireClient young = connect(1 - i % 2);
            PublisherRegister again = Registrations.next(end, "again " + i);
            young.register(again);
            awaitList("again " + i);
            young.register(Registrations.end(again));
            awaitList();
            old.close();
            young.close();
        }
    }

    private WireClient connect(int session) {
        WireClient client = new WireClient(cluster.session(session).clientPort());
        clients.add(client);
        return client;
    }

    private void awaitList(String... others) {
        List<String> all = new ArrayList<>(List.of("here 1", "here 2", "here 3"));
        all.addAll(List.of(others));
        onlooker.awaitList(subscriber, all.toArray(new String[0]));
    }

    private void awaitHolders(PublisherRegister publisher, String session) {
        await(session + " holds it")
                .atMost(PATIENCE)
                .until(() -> holders().stream()
                        .anyMatch(row -> row.get("registerId").asString().equals(publisher.getRegistId())
                                && row.get("session").asString().contains(session)));
    }

    /** At the data servers, and for somebody who asks now. */
    private void awaitNobodyElse() {
        Pause.millis(PAST_GRACE_MILLIS);
        await("only who is there").atMost(PATIENCE).until(() -> holders().size() == 3);
        onlooker = connect(1);
        SubscriberRegister late = Registrations.subscriber(service);
        onlooker.register(late);
        onlooker.awaitList(late, "here 1", "here 2", "here 3");
    }

    private List<JsonNode> holders() {
        JsonNode publishers = cluster.ask("/api/v1/service?dataId=" + service).get("publishers");
        return StreamSupport.stream(publishers.spliterator(), false).toList();
    }
}
