package io.slotregistry.torture;

import com.alipay.sofa.registry.core.model.BaseRegister;
import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.RegisterResponse;
import com.alipay.sofa.registry.core.model.Result;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import io.slotregistry.conformance.Registrations;
import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.WireHessian;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client without an SDK. As one with an SDK it says everything again on each new connection, with the same ids and
 * versions, and takes a session that is silent for too long for dead; but it reconnects at once.
 */
final class WireApp implements App {
    private static final int CONNECT_MILLIS = 1_000;
    private static final int SILENCE_MILLIS = 1_000;
    private static final int MAX_SILENCES = 3;
    private static final int FRAME_MILLIS = 5_000;
    private static final int RETRY_MILLIS = 100;
    private static final long PATIENCE_MILLIS = 5_000;

    private final List<Integer> ports;
    private final Ledger ledger;
    private final Presence presence;
    private final Subscriber subscriber;
    private final List<SubscriberRegister> subscriptions;
    private final Map<Publication, PublisherRegister> publishers = new LinkedHashMap<>();
    /** Not acknowledged yet: said again on the next connection. */
    private final Map<Publication, PublisherRegister> withdrawn = new LinkedHashMap<>();

    private @Nullable Connection current;
    private int attempts;
    private boolean wanted = true;
    private boolean closed;

    /**
     * @param ports of sessions for clients; it begins with the first one
     * @param services that it subscribes to
     */
    WireApp(String name, List<Integer> ports, List<String> services, Ledger ledger) {
        this.ports = ports;
        this.ledger = ledger;
        this.presence = ledger.client(name, PATIENCE_MILLIS);
        this.subscriber = ledger.subscriber(presence, services);
        this.subscriptions = services.stream().map(Registrations::subscriber).toList();
        Thread thread = new Thread(this::live, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public synchronized Publication publish(String service) {
        Publication publication = ledger.publish(presence, service);
        PublisherRegister register = Registrations.publisher(service, publication.value());
        publishers.put(publication, register);
        send(register);
        return publication;
    }

    @Override
    public synchronized void republish(Publication publication) {
        PublisherRegister before = Objects.requireNonNull(publishers.get(publication));
        PublisherRegister register = Registrations.next(before, ledger.change(publication));
        publishers.put(publication, register);
        send(register);
    }

    @Override
    public synchronized void unpublish(Publication publication) {
        ledger.end(publication);
        PublisherRegister register = Registrations.end(Objects.requireNonNull(publishers.remove(publication)));
        withdrawn.put(publication, register);
        send(register);
    }

    @Override
    public synchronized void move() {
        endConnection();
    }

    @Override
    public synchronized void leave() {
        wanted = false;
        ledger.left(presence);
        endConnection();
    }

    @Override
    public synchronized void comeBack() {
        ledger.returns(presence);
        wanted = true;
        notifyAll();
    }

    @Override
    public synchronized boolean isAway() {
        return !wanted;
    }

    @Override
    public synchronized List<Publication> publications() {
        return List.copyOf(publishers.keySet());
    }

    @Override
    public synchronized void close() {
        closed = true;
        endConnection();
        notifyAll();
    }

    private void endConnection() {
        if (current != null) {
            ledger.lost(presence, true);
            current.close();
            current = null;
        }
    }

    private void send(BaseRegister register) {
        if (current != null) {
            current.send(register);
        }
    }

    private void live() {
        int failures = 0;
        while (awaitWanted()) {
            int port = ports.get(attempts++ % ports.size());
            if (failures >= ports.size()) {
                Pause.millis(RETRY_MILLIS);
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
                socket.setTcpNoDelay(true);
                Connection connection = new Connection(socket, port, attempts);
                failures = 0;
                if (begin(connection)) {
                    connection.listen();
                }
            } catch (IOException e) {
                failures++;
            }
            ended();
        }
    }

    private synchronized boolean awaitWanted() {
        try {
            while (!wanted && !closed) {
                wait();
            }
            return !closed;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private synchronized boolean begin(Connection connection) {
        if (!wanted || closed) {
            return false;
        }
        current = connection;
        subscriptions.forEach(connection::send);
        publishers.values().forEach(connection::send);
        withdrawn.values().forEach(connection::send);
        if (publishers.isEmpty()) {
            ledger.registered(presence, String.valueOf(connection.port));
        }
        return true;
    }

    private synchronized void ended() {
        if (current != null) {
            ledger.lost(presence, false);
            current = null;
        }
    }

    private synchronized void answered(Connection connection, BaseRegister register, BoltFrame frame) {
        RegisterResponse answer = WireHessian.decode(frame, RegisterResponse.class);
        if (!answer.isSuccess() || answer.isRefused()) {
            ledger.violated("SDK", presence.name + " is answered " + answer.getMessage());
        }
        if (register.getEventType().equals("UNREGISTER")) {
            withdrawn.entrySet().removeIf(each -> {
                if (each.getValue() == register) {
                    ledger.ended(each.getKey().name);
                }
                return each.getValue() == register;
            });
        }
        if (register instanceof PublisherRegister publisher
                && publisher.getEventType().equals("REGISTER")) {
            String value = publisher.getDataList().get(0).getData();
            ledger.acknowledged(value.substring(0, value.indexOf('@')));
        }
        boolean waits = connection.unanswered.values().stream().anyMatch(PublisherRegister.class::isInstance);
        if (current == connection && !waits) {
            ledger.registered(presence, String.valueOf(connection.port));
        }
    }

    /** One connection. Sent to under the monitor of the application, read by its thread. */
    private final class Connection {
        private final Socket socket;
        private final int port;
        private final int number;
        private final InputStream input;
        private final OutputStream output;
        private final Map<Integer, BaseRegister> unanswered = new HashMap<>();
        private int ids;

        Connection(Socket socket, int port, int number) throws IOException {
            this.socket = socket;
            this.port = port;
            this.number = number;
            this.input = new BufferedInputStream(socket.getInputStream());
            this.output = socket.getOutputStream();
        }

        void send(BaseRegister register) {
            synchronized (WireApp.this) {
                unanswered.put(++ids, register);
                write(BoltFrame.request(ids, register.getClass().getName(), WireHessian.encode(register)));
            }
        }

        private void write(BoltFrame frame) {
            synchronized (WireApp.this) {
                try {
                    output.write(frame.encode());
                } catch (IOException e) {
                    // The reading side finds out.
                }
            }
        }

        void listen() throws IOException {
            int silences = 0;
            while (silences < MAX_SILENCES) {
                if (isAnythingThere()) {
                    silences = 0;
                    BoltFrame frame = BoltFrame.read(input);
                    if (frame == null) {
                        return;
                    }
                    handle(frame);
                } else {
                    silences++;
                    synchronized (WireApp.this) {
                        write(BoltFrame.heartbeat(++ids));
                    }
                }
            }
            synchronized (WireApp.this) {
                if (current == this) {
                    endConnection();
                }
            }
        }

        private boolean isAnythingThere() throws IOException {
            socket.setSoTimeout(SILENCE_MILLIS);
            input.mark(1);
            try {
                input.read();
            } catch (SocketTimeoutException e) {
                return false;
            }
            input.reset();
            socket.setSoTimeout(FRAME_MILLIS);
            return true;
        }

        private void handle(BoltFrame frame) {
            if (frame.isRequest() && frame.className().equals(ReceivedData.class.getName())) {
                ledger.pushed(subscriber, number, WireHessian.decode(frame, ReceivedData.class));
                Result done = new Result();
                done.setSuccess(true);
                write(frame.answer(Result.class.getName(), WireHessian.encode(done)));
            } else if (frame.className().equals(RegisterResponse.class.getName())) {
                synchronized (WireApp.this) {
                    BaseRegister register = unanswered.remove(frame.id());
                    if (register != null) {
                        answered(this, register, frame);
                    }
                }
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                // It is of no use any more.
            }
        }
    }
}
