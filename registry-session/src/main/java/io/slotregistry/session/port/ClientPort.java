package io.slotregistry.session.port;

import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.bolt.BoltIo;
import io.slotregistry.rpc.bolt.PortUnavailableException;
import io.slotregistry.rpc.bolt.Traffic;
import io.slotregistry.rpc.bolt.Violations;
import io.slotregistry.session.client.ClientHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Where existing SDKs connect. */
public final class ClientPort implements AutoCloseable {
    private final BoltIo io;
    private final long memory;
    private final ClientHandler handler;
    private final ClientPortSettings settings;
    private final ClientMessages messages;
    private final Traffic traffic = new Traffic();
    private final Violations violations = new Violations("client", "closed");
    private final Violations skipped = new Violations("client", "skipped");
    private final AtomicLong connectionIds = new AtomicLong();
    private final Admission admission;
    private final LongAdder requests = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private final LongAdder notTaken = new LongAdder();
    private final LongAdder notYet = new LongAdder();
    private final LongAdder pushes = new LongAdder();
    private final LongAdder failedPushes = new LongAdder();
    private BoltIo.@Nullable Port port;
    private @Nullable Socket reserved;

    /**
     * @param memory for what clients make the port hold, in bytes
     * @param descriptors for connections of clients
     */
    public ClientPort(BoltIo io, ClientHandler handler, ClientPortSettings settings, long memory, int descriptors) {
        this.admission = new Admission(settings.maxConnections(), settings.maxConnectionsPerAddress(), (int)
                Math.min(2L * settings.maxConnections(), descriptors));
        this.memory = memory;
        this.io = io;
        this.handler = handler;
        this.settings = settings;
        this.messages = new ClientMessages(settings.registrations());
    }

    /**
     * Takes the port without listening: clients are turned away, and another process that has it is found out now.
     *
     * @throws PortUnavailableException when it cannot listen there
     */
    public void reserve(Address bind) {
        Socket socket = new Socket();
        reserved = socket;
        try {
            // As when listening: connections that have ended lately do not count.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(bind.host(), bind.port()));
        } catch (IOException unavailable) {
            throw new PortUnavailableException(bind, unavailable);
        }
    }

    /** @throws PortUnavailableException when it cannot listen there */
    public void listen(Address bind) {
        release();
        port = io.listen(
                bind,
                settings.port(memory),
                traffic,
                () -> new SdkConnection(this, handler, connectionIds.incrementAndGet()));
    }

    private void release() {
        Socket socket = reserved;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException notOpen) {
                throw new UncheckedIOException(notOpen);
            }
        }
    }

    /** Takes no new connections any more; those that are open stay. */
    @Override
    public void close() {
        release();
        BoltIo.Port listening = port;
        if (listening != null) {
            listening.close();
        }
    }

    /** Registrations and other requests of clients. */
    public long requests() {
        return requests.sum();
    }

    /** Registrations that were understood but refused. */
    public long refusals() {
        return refusals.sum();
    }

    /** Registrations beyond a limit, which were answered as if they had been taken. */
    public long registrationsNotTaken() {
        return notTaken.sum();
    }

    /** Registrations that got no answer, so that their clients ask again. */
    public long registrationsUnanswered() {
        return notYet.sum();
    }

    /** What goes to clients and comes from them. */
    public Traffic traffic() {
        return traffic;
    }

    /** Connections closed because the client broke the protocol or a limit. */
    public long violations() {
        return violations.count();
    }

    /** Requests that were too long or found no room, and were read past without an answer. */
    public long skipped() {
        return skipped.count();
    }

    public long pushes() {
        return pushes.sum();
    }

    /** Pushes that were not acknowledged. */
    public long failedPushes() {
        return failedPushes.sum();
    }

    ClientMessages messages() {
        return messages;
    }

    void violated(String peer, String how) {
        violations.note(peer, how);
    }

    void skipped(String peer, String why) {
        skipped.note(peer, why);
    }

    Admission admission() {
        return admission;
    }

    void requested() {
        requests.increment();
    }

    void refused() {
        refusals.increment();
    }

    void notTaken() {
        notTaken.increment();
    }

    void notYet() {
        notYet.increment();
    }

    void pushed(boolean acknowledged) {
        pushes.increment();
        if (!acknowledged) {
            failedPushes.increment();
        }
    }
}
