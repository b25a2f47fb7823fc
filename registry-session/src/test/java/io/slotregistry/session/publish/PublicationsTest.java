package io.slotregistry.session.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.model.PublisherId;
import io.slotregistry.runtime.ByteBudget;
import io.slotregistry.session.client.ClientRequest.Publish;
import io.slotregistry.session.client.ClientRequest.Unpublish;
import io.slotregistry.session.client.FakeConnection;
import io.slotregistry.session.hold.ClientHoldings;
import io.slotregistry.session.hold.HoldingSettings;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.SimulatedLoop;
import io.slotregistry.simulation.VirtualTime;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.timeline.Timeline;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PublicationsTest {
    private static final String SERVICE = "orders#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP";
    private static final String HASTY = "hasty#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP";
    private static final int SLOT = 3;
    private static final long GRACE_MILLIS = 990;
    private static final long MILLIS_PER_REGISTRATION = 10;

    private final VirtualTime time = new VirtualTime(1);
    private final Publications publications = new Publications(
            new DigestKey(new byte[DigestKey.LENGTH_BYTES]),
            new SimulatedLoop(time),
            new SimulatedClock(time, 0),
            (dataInfoId, registrations) ->
                    dataInfoId.equals(HASTY) ? 0 : GRACE_MILLIS + registrations * MILLIS_PER_REGISTRATION,
            new Timeline(new SimulatedClock(time, 0), 100),
            new ClientHoldings(new ByteBudget(1_000_000), HoldingSettings.DEFAULTS));
    private final FakeConnection first = new FakeConnection(1);
    private final FakeConnection second = new FakeConnection(2);

    @Test
    void theNewestRegistrationOfAPublisherCounts() {
        publish(first, "a", 2, "new");
        publish(first, "a", 1, "late");
        assertThat(payloads()).containsExactly("new");
        publish(first, "a", 3, "newer");
        assertThat(payloads()).containsExactly("newer");
    }

    @Test
    void aRepeatedRegistrationChangesNothing() {
        publish(first, "a", 1, "x");
        long seq = publications.slot(SLOT).seq();
        publish(first, "a", 1, "x");
        assertThat(publications.slot(SLOT).seq()).isEqualTo(seq);
    }

    @Test
    void aLateRegistrationDoesNotBringBackWhatWasUnpublished() {
        publish(first, "a", 1, "x");
        publications.unpublish(SLOT, first, new Unpublish("a", SERVICE, 2));
        publish(first, "a", 2, "late");
        assertThat(payloads()).isEmpty();
        publish(first, "a", 3, "again");
        assertThat(payloads()).containsExactly("again");
    }

    @Test
    void aLateUnpublishDoesNotRemoveANewerRegistration() {
        publish(first, "a", 3, "x");
        publications.unpublish(SLOT, first, new Unpublish("a", SERVICE, 2));
        assertThat(payloads()).containsExactly("x");
    }

    @Test
    void publicationsOutliveTheirConnectionByTheGraceTime() {
        publish(first, "a", 1, "x");
        assertThat(publications.closed(first)).isEqualTo(1);
        publications.expire(first, 201);
        time.runFor(GRACE_MILLIS + 201 * MILLIS_PER_REGISTRATION - 1);
        assertThat(payloads()).containsExactly("x");
        time.runFor(1);
        assertThat(payloads()).isEmpty();
        assertThat(publications.slot(SLOT).count()).isZero();
    }

    @Test
    void aClientThatIsSentAwayHasTheHandoverTimeIfThatIsLonger() {
        publish(first, "a", 1, "x");
        publications.handOver(first, 15_000);
        close(first);
        time.runFor(14_999);
        assertThat(payloads()).containsExactly("x");
        time.runFor(1);
        assertThat(payloads()).isEmpty();
    }

    @Test
    void aClosedConnectionIsToldAtOnceAndAServiceMayHaveAGraceTimeOfItsOwn() {
        publish(first, "a", 1, "x");
        publications.publish(SLOT, first, new Publish("b", HASTY, 1, "zone", "app", new byte[0]));
        publish(second, "c", 1, "x");
        close(first);
        time.runFor(0);
        assertThat(held("a")).matches(Publication::lost);
        assertThat(publications.slot(SLOT).get(id("b", HASTY, first))).isNull();
        assertThat(held("c")).matches(held -> !held.lost());
        publish(second, "a", 1, "x");
        assertThat(held("a")).matches(held -> !held.lost());
    }

    @Test
    void aPublisherThatCameBackOverAnotherConnectionStays() {
        publish(first, "a", 1, "x");
        close(first);
        publish(second, "a", 1, "x");
        time.runFor(2 * GRACE_MILLIS);
        assertThat(payloads()).containsExactly("x");
    }

    @Test
    void oneRegisterIdStandsForOnePublisherOfEachService() {
        publish(first, "a", 1, "of orders");
        publications.publish(SLOT, first, publish("a", "same-slot"));
        publications.publish(SLOT + 1, first, publish("a", "other-slot"));
        assertThat(payloads()).containsExactlyInAnyOrder("of orders", "same-slot");
        publications.unpublish(SLOT, first, new Unpublish("a", SERVICE, 2));
        assertThat(payloads()).containsExactly("same-slot");
        close(first);
        time.runFor(2 * GRACE_MILLIS);
        assertThat(publications.size()).isZero();
    }

    private static Publish publish(String registerId, String service) {
        byte[] bytes = service.getBytes(StandardCharsets.UTF_8);
        String dataInfoId = service + "#@#DEFAULT_INSTANCE_ID#@#DEFAULT_GROUP";
        return new Publish(registerId, dataInfoId, 1, "zone", "app", bytes);
    }

    @Test
    void whatAnUnpublishTooOldToCountLeavesThereEndsWithItsConnection() {
        publish(first, "a", 3, "x");
        publications.unpublish(SLOT, first, new Unpublish("a", SERVICE, 2));
        close(first);
        time.runFor(2 * GRACE_MILLIS);
        assertThat(payloads()).isEmpty();
    }

    @Test
    void whatWentToAnotherConnectionEndsWithThatOne() {
        publish(first, "a", 1, "x");
        publish(second, "a", 1, "x");
        assertThat(publications.mayAdd(first, registration("b", 1, "x"), 1)).isTrue();
        close(second);
        time.runFor(2 * GRACE_MILLIS);
        assertThat(payloads()).isEmpty();
    }

    @Test
    void aClientHasABoundedNumberOfPublishers() {
        publish(first, "a", 1, "x");
        assertThat(publications.mayAdd(first, registration("b", 1, "x"), 1)).isFalse();
        assertThat(publications.mayAdd(first, registration("a", 1, "x"), 1)).isTrue();
        assertThat(publications.mayAdd(second, registration("b", 1, "x"), 1)).isTrue();
        publications.unpublish(SLOT, first, new Unpublish("a", SERVICE, 2));
        assertThat(publications.mayAdd(first, registration("b", 1, "x"), 1)).isTrue();
    }

    private void close(FakeConnection connection) {
        publications.expire(connection, publications.closed(connection));
    }

    private void publish(FakeConnection connection, String registerId, long version, String payload) {
        publications.publish(SLOT, connection, registration(registerId, version, payload));
    }

    private static Publish registration(String registerId, long version, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        return new Publish(registerId, SERVICE, version, "zone", "app", bytes);
    }

    private @Nullable Publication held(String registerId) {
        return publications.slot(SLOT).get(id(registerId, SERVICE, first));
    }

    private static PublisherId id(String registerId, String dataInfoId, FakeConnection connection) {
        return new PublisherId(dataInfoId, registerId, PublisherId.hostOf(connection.remoteAddress()));
    }

    private List<String> payloads() {
        return publications.slot(SLOT).all().stream()
                .map(publication -> publication.payload().toStringUtf8())
                .toList();
    }
}
