package io.slotregistry.session.subscribe;

import io.slotregistry.session.client.ClientConnection;
import java.util.HashMap;
import java.util.Map;

/** The connections that one loop pushes to, each with one pace for all that it is pushed. Belongs to that loop. */
public final class Clients {
    private final PushContext context;
    private final Map<Long, Client> clients = new HashMap<>();

    public Clients(PushContext context) {
        this.context = context;
    }

    public Client of(ClientConnection connection) {
        return clients.computeIfAbsent(connection.id(), id -> new Client(connection, context));
    }

    public void closed(ClientConnection connection) {
        Client gone = clients.remove(connection.id());
        if (gone != null) {
            gone.close();
        }
    }
}
