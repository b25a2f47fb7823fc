package io.slotregistry.session.subscribe;

import io.slotregistry.model.RegistrationId;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.ClientRequest;
import io.slotregistry.session.client.ClientRequest.Subscribe;
import io.slotregistry.session.client.ClientRequest.Unsubscribe;
import io.slotregistry.slot.DigestKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/** All subscriptions in the slots of one loop, by slot and by client. Belongs to that loop. */
public final class Subscriptions {
    private final DigestKey key;
    private final PushContext context;
    private final IntConsumer wakeSlot;
    private final Map<Integer, SlotWatches> watches = new HashMap<>();
    private final Clients connections;
    private final Map<Long, ClientSubscriptions> clients = new HashMap<>();

    /** @param wakeSlot called with the slot whose leader is to be told something */
    public Subscriptions(DigestKey key, PushContext context, Clients connections, IntConsumer wakeSlot) {
        this.connections = connections;
        this.key = key;
        this.context = context;
        this.wakeSlot = wakeSlot;
    }

    /** The watches of a slot; made when they are asked for first. */
    public SlotWatches watches(int slotId) {
        return watches.computeIfAbsent(slotId, id -> new SlotWatches(id, key, context, () -> wakeSlot.accept(id)));
    }

    public void subscribe(int slotId, ClientConnection connection, Subscribe subscribe) {
        ClientSubscriptions client =
                clients.computeIfAbsent(connection.id(), id -> new ClientSubscriptions(connections.of(connection)));
        client.slots.put(id(subscribe), slotId);
        watches(slotId).subscribe(client.client, subscribe);
    }

    public void unsubscribe(int slotId, ClientConnection connection, Unsubscribe unsubscribe) {
        ClientSubscriptions client = clients.get(connection.id());
        if (client != null && client.slots.remove(id(unsubscribe)) != null) {
            watches(slotId).unsubscribe(connection, unsubscribe.dataInfoId(), unsubscribe.registerId());
        }
    }

    /** Whether the connection has the subscriber already or has fewer than {@code limit}. */
    public boolean mayAdd(ClientConnection connection, Subscribe subscribe, int limit) {
        ClientSubscriptions client = clients.get(connection.id());
        return client == null || client.slots.size() < limit || client.slots.containsKey(id(subscribe));
    }

    /** Whether it registers again what it has. */
    public boolean holds(ClientConnection connection, Subscribe subscribe) {
        ClientSubscriptions client = clients.get(connection.id());
        return client != null && client.slots.containsKey(id(subscribe));
    }

    /** Pushes may go out again. */
    public void resume() {
        watches.values().forEach(SlotWatches::push);
    }

    /** How many subscribers it had here. */
    public int closed(ClientConnection connection) {
        ClientSubscriptions client = clients.remove(connection.id());
        if (client == null) {
            return 0;
        }
        client.slots.forEach((id, slotId) -> watches(slotId).forget(connection, id.dataInfoId()));
        return client.slots.size();
    }

    /** Number of services that are remembered for leaders, beside those that are watched. */
    public int backlog() {
        return watches.values().stream().mapToInt(SlotWatches::backlog).sum();
    }

    /** What operators ask of services that clients subscribe to. */
    public Inspection inspect(Inspect question) {
        Inspection.Builder answer = Inspection.newBuilder();
        for (SlotWatches slot : watches.values()) {
            if (question.hasServices()) {
                slot.services(question.getServices(), answer);
            } else if (question.hasService()) {
                Interest interest = slot.interest(question.getService());
                if (interest != null) {
                    long limit = question.getLimit() > 0 ? question.getLimit() : Long.MAX_VALUE;
                    interest.receivers().stream()
                            .flatMap(Receiver::rows)
                            .limit(limit)
                            .forEach(answer::addSubscribers);
                }
            }
        }
        return answer.build();
    }

    private static RegistrationId id(ClientRequest request) {
        return new RegistrationId(request.dataInfoId(), request.registerId());
    }

    private static final class ClientSubscriptions {
        private final Client client;
        private final Map<RegistrationId, Integer> slots = new LinkedHashMap<>();

        private ClientSubscriptions(Client client) {
            this.client = client;
        }
    }
}
