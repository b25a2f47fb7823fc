package io.slotregistry.data.app;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.data.DataServer;
import io.slotregistry.data.DataSettings;
import io.slotregistry.model.Role;
import io.slotregistry.node.NodeRuntime;
import io.slotregistry.node.NodeSettings;
import io.slotregistry.node.RoleNode;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.ReplicaRow;
import io.slotregistry.rpc.bolt.BoltIo;
import io.slotregistry.rpc.bolt.Traffic;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A data server with its threads and ports. */
public final class DataNode implements RoleNode {
    private static final long ANSWER_MILLIS = 1_000;
    /** Less than what a process has to stop in. */
    private static final long LEAVE_MILLIS = 3_000;

    private final DataPorts ports;
    private final NodeRuntime runtime;
    private final DataServer server;
    private volatile boolean running;

    DataNode(NodeSettings settings, DataPorts ports, DataSettings dataSettings, BoltIo io) {
        this.ports = ports;
        this.runtime = new NodeRuntime(Role.DATA, settings, ports.nodePort(), io);
        this.server = new DataServer(
                runtime.context(),
                runtime.member(null, runtime.advertised(ports.httpPort())),
                settings.metaAddresses(),
                dataSettings,
                runtime.joining()::joined);
    }

    DataServer server() {
        return server;
    }

    /** The state of each slot replica; blocks until the loops have answered. */
    List<ReplicaRow> replicas() {
        CompletableFuture<List<ReplicaRow>> rows =
                new CompletableFuture<List<ReplicaRow>>().completeOnTimeout(List.of(), ANSWER_MILLIS, MILLISECONDS);
        server.inspect(
                Inspect.newBuilder().setReplicas(true).build(), answer -> rows.complete(answer.getReplicasList()));
        return rows.join();
    }

    @Override
    public void start() {
        try {
            runtime.listen();
            server.start();
            runtime.await(this::trouble);
        } catch (RuntimeException failed) {
            stop();
            throw failed;
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (runtime.joining().isJoined() && server.meta().trouble().isEmpty()) {
            CompletableFuture<Void> left =
                    new CompletableFuture<Void>().completeOnTimeout(null, LEAVE_MILLIS, MILLISECONDS);
            server.leave(() -> left.complete(null));
            left.join();
        }
        server.stop();
        runtime.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public NodeContext context() {
        return runtime.context();
    }

    @Override
    public ClusterView view() {
        return server.view();
    }

    @Override
    public String trouble() {
        if (running) {
            return server.view().successor(context().self());
        }
        return server.view().contains(context().self())
                ? "its replicas are not complete yet"
                : "not in a cluster yet: " + server.meta().trouble();
    }

    @Override
    public long metaSilenceMillis() {
        return server.meta().silenceMillis();
    }

    @Override
    public boolean isVersionLeaseOver() {
        return server.isVersionLeaseOver();
    }

    @Override
    public long violations() {
        return runtime.transport().violations();
    }

    @Override
    public Traffic traffic() {
        return runtime.transport().traffic();
    }

    @Override
    public int httpPort() {
        return ports.httpPort();
    }

    @Override
    public String listens() {
        return "nodes " + runtime.address() + ", HTTP " + runtime.advertised(ports.httpPort());
    }
}
