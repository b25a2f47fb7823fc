package io.slotregistry.session.configure;

import io.slotregistry.cluster.ClusterSettings;
import io.slotregistry.cluster.SettingKey;
import io.slotregistry.model.RegistrationId;
import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.ClientRequest;
import io.slotregistry.session.client.ClientRequest.UnwatchConfig;
import io.slotregistry.session.client.ClientRequest.WatchConfig;
import io.slotregistry.session.subscribe.Clients;
import io.slotregistry.session.subscribe.PushContext;
import io.slotregistry.slot.VersionClock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All configurators in the slots of one loop. Each is pushed the value of its dataInfoId, or that there is none, when
 * it registers and whenever that changes, at a version that grows with each of these. Belongs to that loop.
 */
public final class Configurators {
    private final PushContext context;
    private final Clients connections;
    private final VersionClock versions;
    private final Map<String, Map<Long, ConfigReceiver>> receivers = new LinkedHashMap<>();
    private final Map<Long, Set<RegistrationId>> clients = new HashMap<>();

    private ClusterSettings settings;

    /** @param known the settings as of now; later ones come through {@link #settings} */
    public Configurators(PushContext context, Clients connections, VersionClock versions, ClusterSettings known) {
        this.context = context;
        this.connections = connections;
        this.versions = versions;
        this.settings = known;
    }

    /** Whether the connection has the configurator already or has fewer than {@code limit}. */
    public boolean mayAdd(ClientConnection connection, WatchConfig watch, int limit) {
        Set<RegistrationId> own = clients.get(connection.id());
        return own == null || own.size() < limit || own.contains(id(watch));
    }

    /** Whether it registers again what it has. */
    public boolean holds(ClientConnection connection, WatchConfig watch) {
        Set<RegistrationId> own = clients.get(connection.id());
        return own != null && own.contains(id(watch));
    }

    /** Pushes also to a configurator that is registered already: its client asks because it knows nothing for sure. */
    public void watch(ClientConnection connection, WatchConfig watch) {
        clients.computeIfAbsent(connection.id(), id -> new LinkedHashSet<>()).add(id(watch));
        receivers
                .computeIfAbsent(watch.dataInfoId(), id -> new LinkedHashMap<>())
                .computeIfAbsent(
                        connection.id(),
                        id -> new ConfigReceiver(
                                connections.of(connection), watch.dataInfoId(), value(watch.dataInfoId()), context))
                .add(watch, versions.next());
    }

    public void unwatch(ClientConnection connection, UnwatchConfig unwatch) {
        Set<RegistrationId> own = clients.get(connection.id());
        if (own != null && own.remove(id(unwatch))) {
            forget(connection, id(unwatch));
        }
    }

    /** Operators have changed something, maybe a value of these configurators. */
    public void settings(ClusterSettings now) {
        ClusterSettings before = settings;
        settings = now;
        if (now.values().equals(before.values())) {
            return;
        }
        receivers.forEach((dataInfoId, clientsOfIt) -> {
            Optional<String> value = value(dataInfoId);
            if (!value.equals(before.ofService(SettingKey.CLIENT_CONFIG, dataInfoId))) {
                long version = versions.next();
                clientsOfIt.values().forEach(receiver -> receiver.changed(value, version));
            }
        });
    }

    /** Pushes may go out again. */
    public void resume() {
        receivers.values().forEach(clientsOfIt -> clientsOfIt.values().forEach(ConfigReceiver::push));
    }

    /** How many configurators it had here. */
    public int closed(ClientConnection connection) {
        Set<RegistrationId> own = clients.remove(connection.id());
        if (own == null) {
            return 0;
        }
        own.forEach(id -> forget(connection, id));
        return own.size();
    }

    private Optional<String> value(String dataInfoId) {
        return settings.ofService(SettingKey.CLIENT_CONFIG, dataInfoId);
    }

    private static RegistrationId id(ClientRequest request) {
        return new RegistrationId(request.dataInfoId(), request.registerId());
    }

    private void forget(ClientConnection connection, RegistrationId id) {
        Map<Long, ConfigReceiver> clientsOfIt = receivers.get(id.dataInfoId());
        ConfigReceiver receiver = clientsOfIt == null ? null : clientsOfIt.get(connection.id());
        if (clientsOfIt == null || receiver == null || !receiver.remove(id.registerId())) {
            return;
        }
        receiver.stop();
        clientsOfIt.remove(connection.id());
        if (clientsOfIt.isEmpty()) {
            receivers.remove(id.dataInfoId());
        }
    }
}
