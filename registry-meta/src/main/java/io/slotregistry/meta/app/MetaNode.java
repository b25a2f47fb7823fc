package io.slotregistry.meta.app;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.meta.MetaServer;
import io.slotregistry.meta.MetaSettings;
import io.slotregistry.meta.raft.JRaftLog;
import io.slotregistry.meta.raft.RaftSettings;
import io.slotregistry.model.Role;
import io.slotregistry.node.NodeRuntime;
import io.slotregistry.node.NodeSettings;
import io.slotregistry.node.RoleNode;
import io.slotregistry.node.StartupException;
import io.slotregistry.rpc.bolt.BoltIo;
import java.nio.file.Path;

/** A meta server with its threads, ports and storage. */
public final class MetaNode implements RoleNode {
    private final MetaNodeSettings ports;
    private final NodeRuntime runtime;
    private final MetaServer server;
    private volatile boolean running;

    MetaNode(NodeSettings settings, MetaNodeSettings ports, MetaSettings metaSettings, BoltIo io) {
        this.ports = ports;
        this.runtime = new NodeRuntime(Role.META, settings, ports.nodePort(), io);
        try {
            RaftSettings raft = new RaftSettings(
                    settings.bind(),
                    runtime.address(),
                    settings.metas().isBlank() ? ImmutableList.of(runtime.address()) : settings.metaAddresses(),
                    Path.of(ports.dataDir()),
                    ports.electionTimeoutMillis());
            this.server = new MetaServer(runtime.context(), metaSettings, new JRaftLog(raft));
        } catch (IllegalArgumentException unusable) {
            throw new StartupException(unusable.getMessage() + " (see registry.metas and registry.advertise)");
        }
    }

    @Override
    public void start() {
        try {
            runtime.listen();
            server.start();
        } catch (IllegalStateException unusable) {
            stop();
            throw new StartupException(String.valueOf(unusable.getMessage()));
        } catch (RuntimeException failed) {
            stop();
            throw failed;
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
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

    boolean leads() {
        return server.isLeader();
    }

    @Override
    public String trouble() {
        if (!running) {
            return "not started";
        }
        return server.view().isNone() ? "the meta group has no leader yet" : "";
    }

    @Override
    public long violations() {
        return runtime.transport().violations();
    }

    @Override
    public String listens() {
        return "nodes " + runtime.address() + ", HTTP " + runtime.advertised(ports.httpPort());
    }
}
