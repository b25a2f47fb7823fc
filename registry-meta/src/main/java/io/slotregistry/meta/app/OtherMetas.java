package io.slotregistry.meta.app;

import com.google.common.collect.ImmutableList;
import io.slotregistry.meta.raft.MemberDirectory;
import io.slotregistry.meta.raft.RaftSettings;
import io.slotregistry.node.ClusterCaller;
import io.slotregistry.node.NodeSettings;
import io.slotregistry.node.StartupException;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.AdministerReply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The meta servers that this one was told of, asked before it takes part: a wrong list must not mix two clusters. */
final class OtherMetas {
    private static final Logger LOG = LoggerFactory.getLogger(OtherMetas.class);
    private static final long ANSWER_MILLIS = 2_000;

    private final NodeSettings settings;
    private final ImmutableList<Address> metas;
    private final RaftSettings self;

    OtherMetas(NodeSettings settings, ImmutableList<Address> metas, RaftSettings self) {
        this.settings = settings;
        this.metas = metas;
        this.self = self;
    }

    /**
     * Those that do not answer are passed over.
     *
     * @throws StartupException with one line that says what to do, when one is of another cluster than this server, or
     *     of one that does not count on this server
     */
    void requireSameCluster() {
        String own = MemberDirectory.clusterIn(self.dataDirectory());
        try (ClusterCaller caller = new ClusterCaller(settings)) {
            for (Address other : metas) {
                if (!other.equals(self.self())) {
                    check(own, other, ask(caller, other));
                }
            }
        }
    }

    private static AdministerReply ask(ClusterCaller caller, Address other) {
        Request question = Request.newBuilder()
                .setAdminister(Administer.getDefaultInstance())
                .build();
        try {
            return caller.ask(other, question, ANSWER_MILLIS).getAdminister();
        } catch (IllegalStateException silent) {
            LOG.debug("event=meta-silent meta={} reason=\"{}\"", other, silent.getMessage());
            return AdministerReply.getDefaultInstance();
        }
    }

    private void check(String own, Address other, AdministerReply answer) {
        String cluster = answer.getClusterId();
        if (cluster.isEmpty()) {
            return;
        }
        if (!own.isEmpty() && !own.equals(cluster)) {
            throw new StartupException("the data directory "
                    + self.dataDirectory().toAbsolutePath() + " is of cluster " + own + ", but the meta server " + other
                    + " is of cluster " + cluster + ": correct registry.metas or registry.meta.data-dir");
        }
        boolean waits = self.members().isEmpty();
        boolean counted = answer.getMembersList().isEmpty()
                || answer.getMembersList().contains(self.self().toString());
        if (own.isEmpty() && !waits && !counted) {
            throw new StartupException("the meta servers " + answer.getMembersList() + " are a cluster without "
                    + self.self() + ": start this one with --registry.meta.join=true and let"
                    + " bin/registry admin members add it");
        }
    }
}
