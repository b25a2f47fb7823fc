package io.slotregistry.meta.raft;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.meta.log.ReplicatedLog;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.Role;
import io.slotregistry.rpc.Address;
import io.slotregistry.slot.DigestKey;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sun.misc.Signal;
import sun.misc.SignalHandler;

class JRaftLogTest {
    /** One member leads while its start has hardly returned: what it proposes at once must not be lost. */
    @RepeatedTest(3)
    void whatIsProposedAsSoonAsThisServerLeadsIsApplied(@TempDir Path directory) throws Exception {
        Address self = new Address("127.0.0.1", freePort());
        JRaftLog log = new JRaftLog(settings(self, directory));
        ExecutorService loop = Executors.newSingleThreadExecutor();
        CompletableFuture<ClusterView> applied = new CompletableFuture<>();
        try {
            log.start(new ReplicatedLog.Listener() {
                @Override
                public void applied(ClusterView view) {
                    applied.complete(view);
                }

                @Override
                public void leadership(boolean leads) {
                    if (leads) {
                        loop.execute(() -> log.propose(0, firstView()));
                    }
                }
            });
            assertThat(applied.get(10, TimeUnit.SECONDS).epoch()).isEqualTo(1);
        } finally {
            log.stop();
            loop.shutdownNow();
        }
    }

    /** HotSpot stops threads with it, for Flight Recorder for one. */
    @Test
    void theJvmKeepsItsSignal(@TempDir Path directory) throws Exception {
        assertThat(new JRaftLog(settings(new Address("127.0.0.1", freePort()), directory)))
                .isNotNull();
        Class.forName(NodeImpl.class.getName());
        SignalHandler handler = Signal.handle(new Signal("USR2"), SignalHandler.SIG_IGN);
        Signal.handle(new Signal("USR2"), handler);
        assertThat(handler.getClass().getName()).doesNotContain("jraft");
        assertThat(handler).isNotIn(SignalHandler.SIG_DFL, SignalHandler.SIG_IGN);
    }

    private static RaftSettings settings(Address self, Path directory) {
        NodeId member = new NodeId(Role.META, "m1");
        return new RaftSettings("test", member, self.host(), self, ImmutableList.of(self), directory, 1_000);
    }

    private static ClusterView firstView() {
        return ClusterView.fromProto(io.slotregistry.proto.ClusterView.newBuilder()
                .setEpoch(1)
                .setClusterId("test")
                .setDigestKey(com.google.protobuf.ByteString.copyFrom(new byte[DigestKey.LENGTH_BYTES]))
                .build());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort() - 1;
        }
    }
}
