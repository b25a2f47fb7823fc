package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.ReceivedData;
import io.slotregistry.sdk.ClientProxy.Direction;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.SdkPublisher;
import io.slotregistry.sdk.SdkSubscriber;
import io.slotregistry.sdk.WatchedPath;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An SDK drops callbacks beyond a queue of 1,000 and says nothing: a reconnected client must not be flooded. */
@ParameterizedClass(name = "{0}")
@EnumSource(value = Sdk.class, names = "JAVA_6_5_6")
@ExtendWith(SharedLab.class)
class ManySubscriptionsIT {
    private static final int SERVICES = 1_500;

    private final Lab lab;
    private final Sdk sdk;

    ManySubscriptionsIT(Sdk sdk, Lab lab) {
        this.lab = lab;
        this.sdk = sdk;
    }

    @Test
    void aClientOfManyServicesMissesNoneOfThemWhenItReconnects() {
        try (WatchedPath path = WatchedPath.to(lab.registry());
                SdkProcess process = sdk.start()) {
            SdkClient provider = process.open(lab.registry().httpPort());
            SdkClient consumer = process.open(path.options());
            String prefix = Lab.dataId("many");
            List<SdkPublisher> publishers = new ArrayList<>();
            List<SdkSubscriber> subscribers = new ArrayList<>();
            for (int i = 0; i < SERVICES; i++) {
                publishers.add(provider.publish(prefix + i, "old"));
                subscribers.add(consumer.subscribe(prefix + i));
            }
            subscribers.forEach(subscriber -> subscriber.awaitList("old"));

            path.proxy().lose(seen -> seen.is(Direction.TO_CLIENT, ReceivedData.class));
            publishers.forEach(publisher -> publisher.republish("new"));
            publishers.get(SERVICES - 1).awaitSettled();
            path.proxy().lose(seen -> false);
            path.proxy().cut();

            subscribers.forEach(subscriber -> subscriber.awaitList("new"));
            assertThat(path.proxy().connections()).isGreaterThan(1);
        }
    }
}
