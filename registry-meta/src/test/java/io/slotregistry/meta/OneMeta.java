package io.slotregistry.meta;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.Heartbeat;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.proto.Setting;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.SimulatedLoop;
import io.slotregistry.simulation.SimulatedNetwork;
import io.slotregistry.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A meta server in virtual time, over a log in memory, and what others say to it. */
final class OneMeta {
    static final MetaSettings SETTINGS = new MetaSettings(16, 2, 3_000, 500, 5_000, 100, 16);

    final VirtualTime time = new VirtualTime(1);
    final MemoryLog log = new MemoryLog();
    final MetaServer server;
    final SimulatedNetwork network = new SimulatedNetwork(time);
    private final SimulatedLoop loop = new SimulatedLoop(time);
    private final Address address = new Address("meta", 1);
    private final Transport stranger = network.join(ProcessId.parse("meta/command@1"), new Address("command", 1));

    OneMeta() {
        this(null);
    }

    /** @param recoverFrom a node that knows the cluster that this server has lost */
    OneMeta(@Nullable Address recoverFrom) {
        this(recoverFrom, false);
    }

    /** @param warmsUp whether a new cluster waits for clients */
    OneMeta(@Nullable Address recoverFrom, boolean warmsUp) {
        ProcessId self = new ProcessId(new NodeId(Role.META, "m1"), 1);
        server = new MetaServer(
                new NodeContext(
                        self,
                        new SimulatedClock(time, 0),
                        new SplittableRandom(1),
                        ImmutableList.of(loop),
                        network.join(self, address)),
                SETTINGS,
                log,
                recoverFrom,
                warmsUp);
        server.start();
    }

    /** With a first view. */
    OneMeta leading() {
        log.leads(true);
        time.runFor(50);
        return this;
    }

    /** The replies so far, filled as they come. */
    List<Reply> ask(Administer request) {
        return send(stranger, Request.newBuilder().setAdminister(request).build());
    }

    List<Reply> set(String key, String value) {
        return ask(Administer.newBuilder()
                .setSet(Setting.newBuilder().setKey(key).setValue(value))
                .build());
    }

    /** Of a data server that has everything that it replicates, as far as it knows. */
    List<Reply> heartbeat(String process, String at) {
        return heartbeat(process, at, "");
    }

    List<Reply> heartbeat(String process, String at, String cluster) {
        return heartbeat(process, at, cluster, server.view().epoch());
    }

    /** @param epoch that the node shows */
    List<Reply> heartbeat(String process, String at, String cluster, long epoch) {
        Member member = new Member(ProcessId.parse(process), Address.parse(at), null, null, "DEFAULT_ZONE", false);
        return send(
                network.join(member.process(), member.address()),
                Request.newBuilder()
                        .setEpoch(epoch)
                        .setHeartbeat(Heartbeat.newBuilder()
                                .setSelf(member.toProto())
                                .setSyncEpoch(server.view().epoch())
                                .setClusterId(cluster))
                        .build());
    }

    private List<Reply> send(Transport from, Request request) {
        List<Reply> replies = new ArrayList<>();
        from.call(address, request, 60_000, loop, new Transport.Callback() {
            @Override
            public void replied(Reply reply) {
                replies.add(reply);
            }

            @Override
            public void failed(String reason) {
                throw new AssertionError(reason);
            }
        });
        time.runFor(10);
        return replies;
    }
}
