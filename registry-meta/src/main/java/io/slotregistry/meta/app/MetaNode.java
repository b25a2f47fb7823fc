package io.slotregistry.meta.app;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.meta.MetaServer;
import io.slotregistry.meta.MetaSettings;
import io.slotregistry.meta.raft.JRaftLog;
import io.slotregistry.meta.raft.MemberDirectory;
import io.slotregistry.meta.raft.RaftSettings;
import io.slotregistry.model.Role;
import io.slotregistry.node.NodeRuntime;
import io.slotregistry.node.NodeSettings;
import io.slotregistry.node.RoleNode;
import io.slotregistry.node.StartupException;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.bolt.BoltIo;
import io.slotregistry.rpc.bolt.Traffic;
import java.nio.file.Path;

/** A meta server with its threads, ports and storage. */
public final class MetaNode implements RoleNode {
    private final MetaNodeSettings ports;
    private final NodeRuntime runtime;
    private final OtherMetas others;
    private final MetaServer server;
    private volatile boolean running;

    MetaNode(NodeSettings settings, MetaNodeSettings ports, MetaSettings metaSettings, BoltIo io) {
        this.ports = ports;
        this.runtime = new NodeRuntime(Role.META, settings, ports.nodePort(), io);
        try {
            ImmutableList<Address> metas =
                    settings.metas().isBlank() ? ImmutableList.of(runtime.address()) : settings.metaAddresses();
            Path directory = Path.of(ports.dataDir());
            // Its disk knows its group better than the settings that all servers share.
            boolean isMember = !MemberDirectory.clusterIn(directory).isEmpty();
            RaftSettings raft = new RaftSettings(
                    "slotregistry-" + settings.secret("raft group"),
                    runtime.context().self().node(),
                    settings.bind(),
                    runtime.address(),
                    ports.join() || isMember ? ImmutableList.of() : metas,
                    directory,
                    ports.electionTimeoutMillis());
            Address recoverFrom = ports.recoverFrom().isBlank() ? null : Address.parse(ports.recoverFrom());
            this.others = new OtherMetas(settings, metas, raft);
            this.server =
                    new MetaServer(runtime.context(), metaSettings, new JRaftLog(raft), recoverFrom, ports.warmUpNew());
        } catch (IllegalArgumentException unusable) {
            throw new StartupException(
                    unusable.getMessage() + " (see registry.metas, registry.advertise and registry.meta.join)");
        }
    }

    @Override
    public void start() {
        try {
            others.requireSameCluster();
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
        if (!server.failure().isEmpty()) {
            return failure();
        }
        if (!server.knowsLeader()) {
            if (!server.members().isEmpty() && !server.members().contains(runtime.address())) {
                return "this server is not, or no longer, a member of the meta group, which has " + server.members()
                        + ": stop it, or add it by bin/registry admin members";
            }
            return server.view().isNone() && server.members().isEmpty()
                    ? "the meta group has no leader yet, or this server was not added to it yet"
                    : "the meta group has no leader: too few of its members are connected";
        }
        return !server.trouble().isEmpty()
                ? server.trouble()
                : server.view().isNone() ? "the cluster is being made" : "";
    }

    @Override
    public String failure() {
        return server.failure().isEmpty()
                ? ""
                : "the Raft member has stopped (" + server.failure() + "): it is started again until it works";
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
