package io.slotregistry.torture;

import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.RegisterResponse;
import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.ClientProxy;
import io.slotregistry.sdk.ClientProxy.Direction;
import io.slotregistry.sdk.ClientProxy.Seen;
import io.slotregistry.sdk.DiscoveryStub;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.SdkPublisher;
import io.slotregistry.sdk.SdkSubscriber;
import io.slotregistry.sdk.WireHessian;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A client of a real SDK. What passes between it and the sessions is seen on the wire, so that its pushes are judged
 * with their versions, and it is known when it lost its connection and when all its publishers are registered again.
 */
final class SdkApp implements App {
    /** It may pause for ten seconds before it reconnects when its connection ends under a request. */
    private static final long PATIENCE_MILLIS = 15_000;

    private final Ledger ledger;
    private final Presence presence;
    private final Subscriber subscriber;
    private final List<ClientProxy> proxies = new ArrayList<>();
    private final DiscoveryStub discovery;
    private final SdkClient client;
    private final Map<Publication, SdkPublisher> publishers = new LinkedHashMap<>();
    private final Map<String, SdkSubscriber> subscriptions = new LinkedHashMap<>();

    private Route current = new Route(-1, -1);
    /** Of the current connection: what was asked and not answered, and the names that were acknowledged. */
    private final Map<Integer, PublisherRegister> asked = new HashMap<>();

    private final Set<String> registered = new HashSet<>();
    /** By registId. */
    private final Map<String, String> names = new HashMap<>();

    private boolean away;

    /** A connection, by the number of the session and of the connection to it. */
    private record Route(int session, int connection) {}

    SdkApp(String name, SdkProcess process, List<Integer> ports, List<String> services, Ledger ledger) {
        this.ledger = ledger;
        this.presence = ledger.client(name, PATIENCE_MILLIS);
        this.subscriber = ledger.subscriber(presence, services);
        for (int i = 0; i < ports.size(); i++) {
            int session = i;
            proxies.add(new ClientProxy(ports.get(i), new ClientProxy.Observer() {
                @Override
                public void seen(Seen frame) {
                    passed(new Route(session, frame.connection()), frame);
                }

                @Override
                public void ended(int connection, Direction by) {
                    lost(new Route(session, connection), by);
                }
            }));
        }
        discovery = new DiscoveryStub(
                proxies.stream().map(proxy -> "127.0.0.1:" + proxy.port()).collect(Collectors.joining(";")));
        client = process.open(discovery.port());
        services.forEach(service -> subscriptions.put(service, client.subscribe(service)));
    }

    @Override
    public synchronized Publication publish(String service) {
        Publication publication = ledger.publish(presence, service);
        publishers.put(publication, client.publish(service, publication.value()));
        return publication;
    }

    @Override
    public synchronized void republish(Publication publication) {
        SdkPublisher publisher = publishers.get(publication);
        if (publisher != null) {
            publisher.republish(ledger.change(publication));
        }
    }

    @Override
    public synchronized void unpublish(Publication publication) {
        SdkPublisher publisher = publishers.remove(publication);
        if (publisher != null) {
            ledger.end(publication);
            publisher.unpublish();
        }
    }

    @Override
    public void move() {
        ledger.lost(presence, true);
        proxies.forEach(ClientProxy::cut);
    }

    @Override
    public void leave() {
        synchronized (this) {
            away = true;
        }
        ledger.left(presence);
        proxies.forEach(ClientProxy::isolate);
    }

    @Override
    public void comeBack() {
        ledger.returns(presence);
        synchronized (this) {
            away = false;
        }
        proxies.forEach(ClientProxy::restore);
    }

    @Override
    public synchronized boolean isAway() {
        return away;
    }

    @Override
    public synchronized List<Publication> publications() {
        return List.copyOf(publishers.keySet());
    }

    Map<String, SdkSubscriber> subscriptions() {
        return subscriptions;
    }

    private synchronized void passed(Route route, Seen frame) {
        if (away) {
            return;
        }
        if (!route.equals(current)) {
            if (frame.direction() == Direction.TO_CLIENT) {
                return;
            }
            current = route;
            ledger.note(presence.name + " says something to session " + (route.session + 1) + " on its connection "
                    + route.connection);
            asked.clear();
            registered.clear();
        }
        if (frame.is(Direction.TO_SERVER, PublisherRegister.class)) {
            asked.put(frame.frame().id(), WireHessian.decode(frame.frame(), PublisherRegister.class));
        } else if (frame.is(Direction.TO_CLIENT, RegisterResponse.class)) {
            answered(route, frame.frame());
        } else if (frame.is(Direction.TO_CLIENT, ReceivedData.class)) {
            long connection = route.session * 1_000_000_000L + route.connection;
            ledger.pushed(subscriber, connection, WireHessian.decode(frame.frame(), ReceivedData.class));
        }
    }

    private void answered(Route route, BoltFrame frame) {
        PublisherRegister register = asked.remove(frame.id());
        if (register != null && register.getEventType().equals("REGISTER")) {
            String value = register.getDataList().get(0).getData();
            String name = value.substring(0, value.indexOf('@'));
            names.put(register.getRegistId(), name);
            registered.add(name);
            if (WireHessian.decode(frame, RegisterResponse.class).isSuccess()) {
                ledger.acknowledged(name);
            }
        } else if (register != null && names.containsKey(register.getRegistId())) {
            ledger.ended(names.remove(register.getRegistId()));
        }
        if (publishers.keySet().stream().allMatch(publication -> registered.contains(publication.name))) {
            ledger.registered(presence, "session " + (route.session + 1));
        }
    }

    private synchronized void lost(Route route, Direction by) {
        if (route.equals(current)) {
            current = new Route(-1, -1);
            ledger.lost(presence, by == Direction.TO_SERVER);
        }
    }

    @Override
    public void close() {
        proxies.forEach(ClientProxy::close);
        discovery.close();
    }
}
