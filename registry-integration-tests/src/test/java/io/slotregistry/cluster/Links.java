package io.slotregistry.cluster;

import io.slotregistry.proto.Hello;
import io.slotregistry.sdk.BoltFrame;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The network between the nodes of a cluster: nodes listen at one loopback address and advertise another one, at which
 * every connection passes through here. A way that is cut carries nothing and tells nobody, as TCP on a broken line:
 * what was sent meanwhile arrives when it is whole again.
 */
public final class Links implements AutoCloseable {
    /** Where nodes can be reached; only Linux has it without being asked. */
    static final String ADVERTISED = "127.0.0.2";

    private static final String BOUND = "127.0.0.1";
    private static final int CHUNK_BYTES = 16 * 1024;

    private final Set<Way> cut = new HashSet<>();
    private final List<ServerSocket> listeners = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private boolean closed;

    /** From one node, by its id, to another one. */
    private record Way(String from, String to) {}

    private record Link(Way way, Socket dialled, Socket target) {}

    /** Takes connections for the node from now on, also while its process does not run. */
    void leadTo(ClusterNode node) {
        try {
            ServerSocket listener = new ServerSocket(node.nodePort(), 64, InetAddress.getByName(ADVERTISED));
            synchronized (this) {
                listeners.add(listener);
            }
            daemon(() -> accept(listener, node));
        } catch (IOException e) {
            throw new UncheckedIOException("no second loopback address", e);
        }
    }

    /** Nothing gets from one of the two nodes to the other. */
    public synchronized void cut(ClusterNode one, ClusterNode other) {
        cutOneWay(one, other);
        cutOneWay(other, one);
    }

    /** What the first node says does not reach the second one: neither its requests nor its answers. */
    public synchronized void cutOneWay(ClusterNode from, ClusterNode to) {
        cut.add(new Way(from.id(), to.id()));
    }

    /** All ways are whole again. */
    public synchronized void heal() {
        cut.clear();
        notifyAll();
    }

    /** Ends the connections between two nodes as a firewall does that lost its state. They may connect again. */
    public void reset(ClusterNode one, ClusterNode other) {
        Set<Way> ways = Set.of(new Way(one.id(), other.id()), new Way(other.id(), one.id()));
        linksOf(ways).forEach(link -> {
            closeQuietly(link.dialled);
            closeQuietly(link.target);
        });
    }

    private synchronized List<Link> linksOf(Set<Way> ways) {
        return links.stream().filter(link -> ways.contains(link.way)).toList();
    }

    private void accept(ServerSocket listener, ClusterNode node) {
        while (true) {
            Socket dialled;
            try {
                dialled = listener.accept();
            } catch (IOException e) {
                return;
            }
            daemon(() -> connect(dialled, node));
        }
    }

    /** The first frame says who calls. */
    private void connect(Socket dialled, ClusterNode node) {
        try {
            dialled.setTcpNoDelay(true);
            BoltFrame hello = BoltFrame.read(dialled.getInputStream());
            if (hello == null) {
                dialled.close();
                return;
            }
            String process = Hello.parseFrom(hello.content()).getProcess();
            Way way = new Way(process.substring(0, process.indexOf('@')), node.id());
            awaitWhole(way);
            Socket target = new Socket(BOUND, node.nodePort());
            target.setTcpNoDelay(true);
            Link link = new Link(way, dialled, target);
            synchronized (this) {
                links.add(link);
            }
            target.getOutputStream().write(hello.encode());
            daemon(() -> copy(link, new Way(way.to, way.from), target, dialled));
            copy(link, way, dialled, target);
        } catch (IOException e) {
            closeQuietly(dialled);
        }
    }

    private void copy(Link link, Way way, Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            InputStream input = from.getInputStream();
            OutputStream output = to.getOutputStream();
            for (int length = input.read(chunk); length >= 0; length = input.read(chunk)) {
                awaitWhole(way);
                output.write(chunk, 0, length);
            }
        } catch (IOException e) {
            // One end is gone: so is the other, when it can hear of it.
        }
        awaitWhole(way);
        closeQuietly(from);
        closeQuietly(to);
        synchronized (this) {
            links.remove(link);
        }
    }

    private synchronized void awaitWhole(Way way) {
        try {
            while (cut.contains(way) && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
        listeners.forEach(Links::closeQuietly);
        links.forEach(link -> {
            closeQuietly(link.dialled);
            closeQuietly(link.target);
        });
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is of no use any more, whatever state it is in.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "links");
        thread.setDaemon(true);
        thread.start();
    }
}
