package io.slotregistry.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.AdministerReply;
import io.slotregistry.proto.MetaContact;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A meta server with a disk from an earlier time, and what nodes tell it. */
class ChargeTest {
    private static final Address D1 = new Address("d1", 1);
    private static final Address OTHER = new Address("other", 1);

    private final OneMeta origin = new OneMeta();
    private final OneMeta copy = new OneMeta();

    @BeforeEach
    void copyTheDisk() {
        origin.leading();
        origin.heartbeat("data/d1@1", "d1:1");
        origin.time.runFor(200);
        copy.log.holds(origin.server.view());
        copy.time.runFor(10);
    }

    @Test
    void theNewestViewOfANodeIsTakenOver() {
        origin.set("guard.percent", "20");
        ClusterView newest = origin.server.view();
        assertThat(newest.epoch()).isGreaterThan(copy.server.view().epoch());
        node(D1, Reply.newBuilder().setEpoch(newest.epoch()).setView(newest.toProto()));
        copy.leading();
        copy.time.runFor(100);

        assertThat(copy.server.view().settings()).isEqualTo(newest.settings());
        assertThat(copy.server.view().epoch()).isGreaterThan(newest.epoch() + 100_000);
        assertThat(copy.server.isLeader()).isTrue();
    }

    /** One that joined after the copy was made is not among those that are asked first. */
    @Test
    void whatTheHeartbeatOfAnUnknownNodeShowsIsGoneBeyond() {
        node(D1, Reply.newBuilder().setEpoch(copy.server.view().epoch()));
        copy.leading();
        long before = copy.server.view().epoch();
        ClusterView newest = origin.server.view().ahead(before + 9);
        copy.network.join(ProcessId.parse("data/d2@1"), new Address("d2", 1));
        copy.heartbeat("data/d2@1", "d2:1", newest.clusterId(), newest.epoch());
        copy.time.runFor(3_000);
        assertThat(copy.server.view().epoch()).isGreaterThan(newest.epoch() + 100_000);
        assertThat(copy.server.isLeader()).isTrue();
    }

    @Test
    void oneNodeCannotUseUpAllEpochs() {
        node(D1, Reply.newBuilder().setEpoch(Long.MAX_VALUE));
        copy.leading();
        copy.time.runFor(100);
        assertThat(copy.heartbeat("data/d2@1", "d2:1", copy.server.view().clusterId(), Long.MAX_VALUE))
                .singleElement()
                .satisfies(reply -> assertThat(reply.getRefused()).contains("further ahead"));
        copy.set("guard.percent", "30");
        assertThat(copy.server.view().settings().version()).isEqualTo(1);
        assertThat(copy.server.view().epoch()).isLessThan(ClusterView.MAX_LEAP);
    }

    @Test
    void aSecondGroupWaitsForTheEndOfTheFirst() {
        node(D1, Reply.newBuilder().setEpoch(copy.server.view().epoch()));
        answers(
                "meta/other@1",
                OTHER,
                Reply.newBuilder()
                        .setAdminister(AdministerReply.newBuilder()
                                .setLeader(true)
                                .setClusterId(copy.server.view().clusterId())
                                .addMembers(OTHER.toString()))
                        .build());
        copy.leading();
        copy.time.runFor(10_000);
        assertThat(copy.server.isLeader()).isFalse();
        assertThat(copy.server.trouble()).contains("another meta group of this cluster is alive", "other:1");
        assertThat(copy.heartbeat("data/d2@1", "d2:1"))
                .singleElement()
                .satisfies(reply -> assertThat(reply.getHeartbeat().getLeader()).isFalse());

        copy.network.leave(OTHER);
        copy.time.runFor(3_000);
        assertThat(copy.server.isLeader()).isTrue();
        assertThat(copy.server.trouble()).isEmpty();
    }

    /** Nodes that are gone cannot tell whether epochs were given since. */
    @Test
    void withoutAnyNodeNoEpochIsGivenThatMayHaveBeenGiven() {
        long before = copy.server.view().epoch();
        copy.leading();
        copy.time.runFor(2_000);
        assertThat(copy.server.view().epoch()).isGreaterThan(before + 100_000);
        assertThat(copy.server.isLeader()).isTrue();
    }

    private void node(Address address, Reply.Builder reply) {
        MetaContact contact = MetaContact.newBuilder()
                .setClusterId(origin.server.view().clusterId())
                .setLeader(OTHER.toString())
                .build();
        answers("data/d1@1", address, reply.setMetaContact(contact).build());
    }

    private void answers(String process, Address address, Reply answer) {
        copy.network.join(ProcessId.parse(process), address).serve(new Transport.Server() {
            @Override
            public void handle(ProcessId sender, Request request, Consumer<Reply> reply) {
                reply.accept(answer);
            }

            @Override
            public void disconnected(ProcessId sender) {
                // Says nothing of its own.
            }
        });
    }
}
