package io.slotregistry.benchmarks;

import com.alipay.sofa.registry.client.api.Publisher;
import com.alipay.sofa.registry.client.api.registration.PublisherRegistration;
import com.alipay.sofa.registry.client.api.registration.SubscriberRegistration;
import com.alipay.sofa.registry.client.provider.DefaultRegistryClient;
import com.alipay.sofa.registry.core.model.ScopeEnum;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The published SDK, with its pauses: half a second until it looks, and up to five for each address that fails. */
final class SdkClient implements Client {
    private final String name;
    private final DefaultRegistryClient client;
    private final Sightings sightings;
    private final Map<String, Publisher> publishers = new HashMap<>();

    /** @param httpPort of the session that it asks for addresses */
    SdkClient(String name, int httpPort, Sightings sightings) {
        this.name = name;
        this.client = Registry.client(name, httpPort);
        this.sightings = sightings;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void publish(String service, String value) {
        Publisher publisher = publishers.get(service);
        if (publisher == null) {
            publishers.put(service, client.register(new PublisherRegistration(service), value));
        } else {
            publisher.republish(value);
        }
    }

    @Override
    public void subscribe(String service) {
        SubscriberRegistration registration = new SubscriberRegistration(
                service,
                (dataId, data) -> sightings.pushed(
                        name,
                        service,
                        data.getZoneData().values().stream()
                                .flatMap(List::stream)
                                .toList()));
        registration.setScopeEnum(ScopeEnum.global);
        var unused = client.register(registration);
    }

    @Override
    public void close() {
        // The SDK cannot be closed: it ends with this JVM.
    }
}
