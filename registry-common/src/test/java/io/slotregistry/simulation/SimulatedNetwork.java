package io.slotregistry.simulation;

import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages between simulated nodes: late, twice, in another order, or not at all. Cuts are one-way. A message
 * to a dead or cut-off node just gets no answer, or a fast refusal when its process is gone.
 */
public final class SimulatedNetwork {
    /** How long a connection to a silently dead process lasts. */
    private static final long KEEP_ALIVE_MICROS = 10_000_000;

    private final VirtualTime time;
    private final Map<String, Endpoint> endpoints = new TreeMap<>();
    private final Set<String> cuts = new HashSet<>();
    private NetworkWeather weather = NetworkWeather.CALM;
    private Predicate<Request> dropped = request -> false;
    private long delivered;
    private long lost;
    private long repeated;
    private long slow;

    public SimulatedNetwork(VirtualTime time) {
        this.time = time;
    }

    public void weather(NetworkWeather next) {
        weather = next;
    }

    /** Loses every request that the predicate picks, until told otherwise. */
    public void drop(Predicate<Request> requests) {
        dropped = requests;
    }

    /** The transport of a process that listens at the address; an earlier process there is gone. */
    public Transport join(ProcessId process, Address address) {
        Endpoint endpoint = new Endpoint(process, address);
        endpoints.put(address.toString(), endpoint);
        return endpoint;
    }

    /** The process is gone; its peers' connections from it close. */
    public void leave(Address address) {
        Endpoint gone = endpoints.remove(address.toString());
        if (gone != null) {
            gone.alive = false;
            for (Endpoint peer : endpoints.values()) {
                long noticedMicros =
                        isCut(gone.address, peer.address) ? KEEP_ALIVE_MICROS : weather.delayMicros(time.random());
                time.afterMicros(noticedMicros, () -> peer.peerClosed(gone.process));
            }
        }
    }

    /** Messages from one address to the other are lost, until {@link #heal}. */
    public void cut(Address from, Address to) {
        cuts.add(from + ">" + to);
    }

    /** Ends a {@link #cut}. */
    public void mend(Address from, Address to) {
        cuts.remove(from + ">" + to);
    }

    public void heal() {
        cuts.clear();
        dropped = request -> false;
        weather = NetworkWeather.CALM;
    }

    public long deliveredMessages() {
        return delivered;
    }

    public long lostMessages() {
        return lost;
    }

    public long repeatedMessages() {
        return repeated;
    }

    /** Messages that took longer than is usual, and so were overtaken by later ones. */
    public long slowMessages() {
        return slow;
    }

    private long delayMicros() {
        long delay = weather.delayMicros(time.random());
        if (delay > weather.maxDelayMicros()) {
            slow++;
        }
        return delay;
    }

    private boolean isCut(Address from, Address to) {
        return cuts.contains(from + ">" + to);
    }

    private boolean loses(Address from, Address to) {
        boolean loses = isCut(from, to) || time.random().nextDouble() < weather.lossShare();
        if (loses) {
            lost++;
        } else {
            delivered++;
        }
        return loses;
    }

    private final class Endpoint implements Transport {
        private final ProcessId process;
        private final Address address;
        private final Set<ProcessId> closedPeers = new HashSet<>();
        private boolean alive = true;
        private @Nullable Server server;

        Endpoint(ProcessId process, Address address) {
            this.process = process;
            this.address = address;
        }

        @Override
        public void call(Address to, Request request, long timeoutMillis, EventLoop loop, Callback callback) {
            boolean[] done = new boolean[1];
            Runnable timeout = () -> once(done, loop, () -> callback.failed("timeout"));
            time.afterMillis(timeoutMillis, timeout);
            if (!alive || dropped.test(request) || loses(address, to)) {
                return;
            }
            int copies = time.random().nextDouble() < weather.repeatShare() ? 2 : 1;
            repeated += copies - 1;
            Endpoint listening = endpoints.get(to.toString());
            for (int copy = 0; copy < copies; copy++) {
                time.afterMicros(delayMicros(), () -> arrive(listening, request, loop, callback, done));
            }
        }

        /** What is under way to one process does not reach another that has its address later: it is a connection. */
        private void arrive(
                @Nullable Endpoint receiver, Request request, EventLoop loop, Callback callback, boolean[] done) {
            if (receiver == null || !receiver.alive || receiver.server == null) {
                once(done, loop, () -> callback.failed("connection refused"));
                return;
            }
            if (receiver.closedPeers.contains(process)) {
                return;
            }
            receiver.server.handle(process, request, reply -> {
                if (receiver.alive && !loses(receiver.address, address)) {
                    time.afterMicros(delayMicros(), () -> once(done, loop, () -> answer(callback, reply)));
                }
            });
        }

        private void answer(Callback callback, Reply reply) {
            if (alive) {
                callback.replied(reply);
            }
        }

        private void once(boolean[] done, EventLoop loop, Runnable outcome) {
            if (!done[0]) {
                done[0] = true;
                loop.execute(outcome);
            }
        }

        @Override
        public void serve(Server newServer) {
            server = newServer;
        }

        void peerClosed(ProcessId peer) {
            closedPeers.add(peer);
            if (alive && server != null) {
                server.disconnected(peer);
            }
        }
    }
}
