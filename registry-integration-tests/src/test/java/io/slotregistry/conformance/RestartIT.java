package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.ReceivedData;
import io.slotregistry.sdk.ClientOptions;
import io.slotregistry.sdk.ClientProxy;
import io.slotregistry.sdk.ClientProxy.Direction;
import io.slotregistry.sdk.DiscoveryStub;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkPublisher;
import io.slotregistry.sdk.SdkSubscriber;
import io.slotregistry.sdk.StandaloneProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A registry that lost everything must not make consumers forget what they know before providers are back. */
@ExtendWith(SharedLab.class)
class RestartIT {
    private final Lab lab;
    private final List<AutoCloseable> open = new ArrayList<>();

    RestartIT(Lab lab) {
        this.lab = lab;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void consumersKeepTheirListsWhenARegistryWithoutMemoryTakesOver() {
        StandaloneProcess first = started();
        ClientProxy toProviders = kept(new ClientProxy(first.boltPort()));
        ClientProxy toConsumers = kept(new ClientProxy(first.boltPort()));
        DiscoveryStub providers = kept(DiscoveryStub.to(toProviders.port()));
        DiscoveryStub consumers = kept(DiscoveryStub.to(toConsumers.port()));
        String dataId = Lab.dataId("restarted");
        List<SdkSubscriber> subscribers = new ArrayList<>();
        for (Sdk sdk : sdks()) {
            subscribers.add(
                    lab.process(sdk).open(ClientOptions.at(consumers.port())).subscribe(dataId));
        }
        SdkPublisher publisher = lab.process(Sdk.JAVA_6_5_6)
                .open(ClientOptions.at(providers.port()))
                .publish(dataId, "kept");
        subscribers.forEach(subscriber -> subscriber.awaitList("kept"));
        List<Integer> before = subscribers.stream()
                .map(subscriber -> subscriber.pushes().size())
                .toList();
        int pushes = toConsumers.seen(Direction.TO_CLIENT, ReceivedData.class).size();

        StandaloneProcess second = started();
        toProviders.isolate();
        toConsumers.leadTo(second.boltPort());
        first.kill();
        toConsumers.awaitSeen(Direction.TO_CLIENT, ReceivedData.class, pushes + sdks().size());
        toProviders.leadTo(second.boltPort());
        toProviders.restore();
        publisher.awaitSettled().republish("new");

        subscribers.forEach(subscriber -> subscriber.awaitList("new"));
        for (int i = 0; i < subscribers.size(); i++) {
            assertThat(subscribers.get(i).pushes().stream().skip(before.get(i)))
                    .as("what the subscriber of " + sdks().get(i) + " was shown since the restart")
                    .allSatisfy(push -> assertThat(push.zones()).isNotEmpty());
        }
    }

    private StandaloneProcess started() {
        return kept(StandaloneProcess.start());
    }

    private <T extends AutoCloseable> T kept(T resource) {
        open.add(0, resource);
        return resource;
    }

    private static List<Sdk> sdks() {
        return Stream.of(Sdk.values()).filter(sdk -> sdk.missing().isEmpty()).toList();
    }
}
