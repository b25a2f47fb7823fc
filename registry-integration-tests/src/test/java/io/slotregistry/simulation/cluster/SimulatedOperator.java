package io.slotregistry.simulation.cluster;

import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.EventRow;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.proto.Setting;
import io.slotregistry.proto.TimelineQuery;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.simulation.SimulatedLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and orders, as the command line and the admin API do. */
final class SimulatedOperator {
    private static final long TIMEOUT_MILLIS = 5_000;

    private final SimulatedCluster cluster;
    private final Transport transport;
    private final SimulatedLoop loop;

    SimulatedOperator(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.loop = new SimulatedLoop(cluster.time);
        this.transport = cluster.network.join(
                new ProcessId(new NodeId(Role.SESSION, "operator"), 1), new Address("operator", 9000));
    }

    void set(String key, String value, String service) {
        Setting setting = Setting.newBuilder()
                .setKey(key)
                .setValue(value)
                .setService(service)
                .build();
        administer(Administer.newBuilder().setSet(setting).build());
    }

    void unset(String key, String service) {
        Setting setting = Setting.newBuilder().setKey(key).setService(service).build();
        administer(Administer.newBuilder().setUnset(setting).build());
    }

    void evenOut(int seconds) {
        administer(Administer.newBuilder().setEvenOutSeconds(seconds).build());
    }

    void drain(String dataServer) {
        administer(Administer.newBuilder().setDrain(dataServer).build());
    }

    private void administer(Administer order) {
        Request request = Request.newBuilder().setAdminister(order).build();
        boolean done = false;
        for (SimulatedNode meta : cluster.metas) {
            done |= call(meta.address, request).getAdminister().getLeader();
        }
        if (!done) {
            throw new AssertionError("no meta server leads");
        }
        cluster.time.runFor(100);
    }

    /** What data servers and sessions remember of a service, in the order of time. */
    List<EventRow> timeline(String dataInfoId) {
        List<EventRow> events = new ArrayList<>();
        List<SimulatedNode> nodes = new ArrayList<>(cluster.datas);
        nodes.addAll(cluster.sessions);
        nodes.forEach(node -> events.addAll(events(node, dataInfoId)));
        events.sort(Comparator.comparingLong(EventRow::getMillis));
        return events;
    }

    /** What one node remembers of a service, or of itself. */
    List<EventRow> events(SimulatedNode node, String dataInfoId) {
        TimelineQuery query = TimelineQuery.newBuilder()
                .setDataInfoId(dataInfoId)
                .setLimit(1_000)
                .build();
        Request question = Request.newBuilder()
                .setInspect(Inspect.newBuilder().setTimeline(query))
                .build();
        return call(node.address, question).getInspection().getEventsList();
    }

    private Reply call(Address to, Request request) {
        @Nullable Reply[] answer = new Reply[1];
        transport.call(to, request, TIMEOUT_MILLIS, loop, new Transport.Callback() {
            @Override
            public void replied(Reply reply) {
                answer[0] = reply;
            }

            @Override
            public void failed(String reason) {
                throw new AssertionError(reason);
            }
        });
        cluster.time.runUntil(() -> answer[0] != null, TIMEOUT_MILLIS);
        Reply reply = Objects.requireNonNull(answer[0], "no answer");
        if (!reply.getRefused().isEmpty()) {
            throw new AssertionError("refused: " + reply.getRefused());
        }
        return reply;
    }
}
