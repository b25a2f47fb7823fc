package io.slotregistry.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.SlotOwners;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MetaServerTest {
    private static final NodeId D1 = NodeId.parse("data/d1");

    private final OneMeta meta = new OneMeta();

    @Test
    void aNodeThatComesBackWithAnotherAddressIsTheSameNode() {
        meta.leading();
        meta.heartbeat("data/d1@1", "old:1");
        meta.time.runFor(200);
        List<SlotOwners> slots = meta.server.view().slots();
        assertThat(slots).allMatch(slot -> D1.equals(slot.leader()));

        meta.heartbeat("data/d1@2", "new:2");
        meta.time.runFor(50);
        assertThat(meta.server.view().slots()).isEqualTo(slots);
        assertThat(meta.server.view().member(D1))
                .extracting(Member::process, Member::address)
                .containsExactly(ProcessId.parse("data/d1@2"), new Address("new", 2));
    }

    @Test
    void aDrainedServerGivesItsSlotsAwayAndGetsThemBack() {
        meta.leading();
        beat(400);
        assertThat(slotsOf(D1)).isEqualTo(OneMeta.SETTINGS.slotCount());

        assertThat(meta.ask(Administer.newBuilder().setDrain("d1").build())).hasSize(1);
        beat(400);
        assertThat(slotsOf(D1)).isZero();
        assertThat(meta.server.view().member(D1)).extracting(Member::leaving).isEqualTo(true);

        assertThat(meta.ask(Administer.newBuilder().setUndrain("d1").build())).hasSize(1);
        beat(400);
        assertThat(slotsOf(D1)).isEqualTo(OneMeta.SETTINGS.slotCount());
    }

    @Test
    void theSlotsOfALostServerAreLedByAnotherAtOnceAndItsPlaceIsKeptForAWhile() {
        meta.leading();
        beat(400);
        meta.network.leave(new Address("d1", 1));
        meta.time.runFor(OneMeta.SETTINGS.suspicionMillis() + 100);
        meta.heartbeat("data/d2@1", "d2:1");
        meta.time.runFor(50);
        assertThat(meta.server.view().member(D1)).isNull();
        assertThat(meta.server.view().slots()).noneMatch(slot -> D1.equals(slot.leader()));
        assertThat(slotsOf(D1)).isEqualTo(OneMeta.SETTINGS.slotCount());

        for (int i = 0; i < OneMeta.SETTINGS.handoverMillis() / 1_000; i++) {
            meta.heartbeat("data/d2@1", "d2:1");
            meta.time.runFor(1_000);
        }
        meta.time.runFor(500);
        assertThat(slotsOf(D1)).isZero();
    }

    /** Both data servers are there and have everything. */
    private void beat(long millis) {
        for (int i = 0; i < millis / 50; i++) {
            meta.heartbeat("data/d1@1", "d1:1");
            meta.heartbeat("data/d2@1", "d2:1");
            meta.time.runFor(50);
        }
    }

    private int slotsOf(NodeId node) {
        return (int) meta.server.view().slots().stream()
                .filter(slot -> slot.isReplica(node))
                .count();
    }

    @Test
    void aNodeOfAnotherClusterIsRefused() {
        meta.leading();
        assertThat(meta.heartbeat("data/d1@1", "d1:1", "another"))
                .singleElement()
                .satisfies(reply -> assertThat(reply.getRefused()).contains("of cluster another"));
        assertThat(meta.server.view().members()).isEmpty();
    }

    @Test
    void anEmptyGroupRecoversItsClusterFromANode() {
        meta.leading();
        meta.set("guard.percent", "20");
        meta.heartbeat("data/d1@1", "d1:1");
        meta.time.runFor(200);
        ClusterView lost = meta.server.view();

        OneMeta next = new OneMeta(new Address("d1", 1));
        next.leading();
        assertThat(next.server.view().isNone()).isTrue();
        next.network.join(ProcessId.parse("data/d1@1"), new Address("d1", 1)).serve(knowing(lost));
        next.time.runFor(3_000);

        ClusterView found = next.server.view();
        assertThat(found.epoch()).isGreaterThan(lost.epoch() + 100_000);
        assertThat(found.clusterId()).isEqualTo(lost.clusterId());
        assertThat(found.digestKey().bytes()).isEqualTo(lost.digestKey().bytes());
        assertThat(found.settings()).isEqualTo(lost.settings());
        assertThat(found.owners(0).leader()).isEqualTo(D1);
        assertThat(found.owners(0).leaderEpoch()).isGreaterThan(lost.owners(0).leaderEpoch() + 100_000);
    }

    @Test
    void whoeverIsAddedIsAskedFirst() {
        meta.leading();
        Administer add = Administer.newBuilder().setAddMember("m2:9").build();
        assertThat(meta.ask(add))
                .singleElement()
                .satisfies(reply -> assertThat(reply.getRefused()).contains("m2:9 does not answer"));

        meta.network.join(ProcessId.parse("meta/m2@1"), new Address("m2", 9)).serve(meta("another"));
        assertThat(meta.ask(add))
                .singleElement()
                .satisfies(reply -> assertThat(reply.getRefused()).contains("data of another cluster, another"));
        assertThat(meta.log.members).hasSize(1);

        meta.network.join(ProcessId.parse("meta/m2@2"), new Address("m2", 9)).serve(meta(""));
        assertThat(meta.ask(add))
                .singleElement()
                .satisfies(reply ->
                        assertThat(reply.getAdminister().getMembersList()).containsExactly("meta:1", "m2:9"));
    }

    @Test
    void aNewClusterWaitsForClientsOnlyWhenItIsTold() {
        meta.leading();
        meta.heartbeat("session/s1@1", "s1:1");
        meta.time.runFor(50);
        assertThat(meta.server.view().warmUp().active()).isFalse();

        OneMeta forced = new OneMeta(null, true).leading();
        forced.heartbeat("session/s1@1", "s1:1");
        forced.time.runFor(50);
        assertThat(forced.server.view().warmUp().active()).isTrue();
        for (int i = 0; i < 17; i++) {
            forced.heartbeat("session/s1@1", "s1:1");
            forced.heartbeat("data/d1@1", "d1:1");
            forced.time.runFor(1_000);
            assertThat(forced.server.view().warmUp().active()).as("%d s", i).isEqualTo(i < 15);
        }
    }

    @Test
    void theLastMemberStays() {
        meta.leading();
        Administer remove = Administer.newBuilder().setRemoveMember("meta:1").build();
        assertThat(meta.ask(remove))
                .singleElement()
                .satisfies(reply -> assertThat(reply.getRefused()).contains("1 to 5 members"));
    }

    private static Transport.Server knowing(ClusterView view) {
        return answering(Reply.newBuilder().setView(view.toProto()).build());
    }

    private static Transport.Server meta(String cluster) {
        Reply.Builder reply = Reply.newBuilder();
        reply.getAdministerBuilder().setClusterId(cluster);
        return answering(reply.build());
    }

    private static Transport.Server answering(Reply answer) {
        return new Transport.Server() {
            @Override
            public void handle(ProcessId sender, Request request, Consumer<Reply> reply) {
                reply.accept(answer);
            }

            @Override
            public void disconnected(ProcessId sender) {
                // Says nothing of its own.
            }
        };
    }
}
