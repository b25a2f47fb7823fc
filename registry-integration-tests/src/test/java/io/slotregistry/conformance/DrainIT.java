package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.sdk.ClientOptions;
import io.slotregistry.sdk.ClientProxy;
import io.slotregistry.sdk.DiscoveryStub;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkPublisher;
import io.slotregistry.sdk.SdkSubscriber;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The drain of a session server as clients see it: the address goes first, then, when all have asked again, the
 * connections. All SDKs at once, because the shortest interval of asking is ten seconds; but not that of Node, whose
 * own timers decide when it says something after a reconnect.
 */
@ExtendWith(SharedLab.class)
class DrainIT {
    private final Lab lab;
    private final List<Sdk> sdks = Stream.of(Sdk.values()).filter(Sdk::isJava).toList();
    private final Map<Sdk, DiscoveryStub> discoveries = new EnumMap<>(Sdk.class);
    private final ClientProxy draining;
    private final ClientProxy remaining;

    DrainIT(Lab lab) {
        this.lab = lab;
        this.draining = new ClientProxy(lab.registry().boltPort());
        this.remaining = new ClientProxy(lab.registry().boltPort());
    }

    @AfterEach
    void close() {
        discoveries.values().forEach(DiscoveryStub::close);
        draining.close();
        remaining.close();
    }

    @Test
    void drainedClientsMoveWithoutAnybodyNoticing() {
        String dataId = Lab.dataId("drained");
        SdkSubscriber onlooker = lab.client(Sdk.JAVA_6_5_6, "consumer").subscribe(dataId);
        List<SdkPublisher> publishers = new ArrayList<>();
        for (Sdk sdk : sdks) {
            publishers.add(clientOf(sdk).publish(dataId, sdk.toString()).awaitSettled());
        }
        String[] all = sdks.stream().map(Sdk::toString).toArray(String[]::new);
        onlooker.awaitList(all);
        int pushesBefore = onlooker.pushes().size();
        assertThat(draining.connections()).isEqualTo(sdks.size());

        discoveries.values().forEach(discovery -> discovery.answerWith("127.0.0.1:" + remaining.port()));
        discoveries.values().forEach(DiscoveryStub::awaitTold);
        draining.close();
        publishers.forEach(SdkPublisher::awaitSettled);
        remaining.await(
                "all clients",
                frames -> frames.stream()
                                .map(ClientProxy.Seen::connection)
                                .distinct()
                                .count()
                        == sdks.size());
        publishers.get(0).republish(all[0], "afterwards");

        onlooker.awaitList(
                Stream.concat(Stream.of(all), Stream.of("afterwards")).toArray(String[]::new));
        assertThat(onlooker.pushes().stream().skip(pushesBefore))
                .as("pushes since the drain began")
                .allSatisfy(push -> assertThat(push.zones().get("DEFAULT_ZONE")).contains(all));
    }

    private SdkClient clientOf(Sdk sdk) {
        DiscoveryStub discovery = DiscoveryStub.to(draining.port());
        discoveries.put(sdk, discovery);
        // Ten seconds is the least that the SDKs make of it.
        return lab.process(sdk).open(ClientOptions.at(discovery.port()).syncMillis(10_000));
    }
}
