package io.slotregistry.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.cluster.SettingKey;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Setting;
import io.slotregistry.rpc.Address;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperatorRequestsTest {
    private final OneMeta meta = new OneMeta();

    @Test
    void whatIsSetIsInTheViewWhenTheAnswerComes() {
        meta.leading();
        List<Reply> replies = meta.set("guard.hold-millis", "30000");
        assertThat(replies).singleElement().satisfies(reply -> {
            assertThat(reply.getRefused()).isEmpty();
            assertThat(reply.getAdminister().getLeader()).isTrue();
            assertThat(reply.getView().getSettingsVersion()).isEqualTo(1);
        });
        assertThat(meta.server.view().settings().get(SettingKey.GUARD_HOLD_MILLIS))
                .isEqualTo(30_000);

        assertThat(meta.ask(Administer.newBuilder()
                        .setUnset(Setting.newBuilder().setKey("guard.hold-millis"))
                        .build()))
                .hasSize(1);
        assertThat(meta.server.view().settings().get(SettingKey.GUARD_HOLD_MILLIS))
                .isEqualTo(15_000);
    }

    @Test
    void aProposalThatIsLostIsMadeAgainAndAnsweredThen() {
        meta.leading();
        meta.log.losesProposals = true;
        List<Reply> replies = meta.set("push.enabled", "false");
        assertThat(replies).isEmpty();

        meta.log.losesProposals = false;
        meta.time.runFor(3_000);
        assertThat(replies).hasSize(1);
        assertThat(meta.server.view().settings().get(SettingKey.PUSH_ENABLED)).isFalse();
    }

    @Test
    void whatCannotBeIsRefusedAndChangesNothing() {
        meta.leading();
        long epoch = meta.server.view().epoch();
        assertThat(meta.set("guard.percent", "200"))
                .singleElement()
                .satisfies(reply -> assertThat(reply.getRefused()).contains("1..100"));
        assertThat(meta.server.view().epoch()).isEqualTo(epoch);
    }

    @Test
    void aDrainOfAServerThatDoesNotExistIsRefused() {
        meta.leading();
        assertThat(meta.ask(Administer.newBuilder().setDrain("typo").build()))
                .singleElement()
                .satisfies(reply -> assertThat(reply.getRefused()).contains("data/typo is not a data server"));
        assertThat(meta.server.view().settings().draining()).isEmpty();
    }

    @Test
    void onlyTheLeaderDecides() {
        meta.log.leader = new Address("the-leader", 9610);
        assertThat(meta.set("guard.percent", "20")).singleElement().satisfies(reply -> {
            assertThat(reply.getAdminister().getLeader()).isFalse();
            assertThat(reply.getAdminister().getLeaderAddress()).isEqualTo("the-leader:9610");
        });
    }

    @Test
    void whoeverWaitsIsToldThatTheLeadIsLost() {
        meta.leading();
        meta.log.losesProposals = true;
        List<Reply> replies = meta.set("guard.percent", "20");
        meta.log.leads(false);
        meta.time.runFor(10);
        assertThat(replies)
                .singleElement()
                .satisfies(reply -> assertThat(reply.getRefused()).contains("may or may not"));
    }

    @Test
    void nobodyCanMakeTheQueueGrowWithoutEnd() {
        meta.leading();
        meta.log.losesProposals = true;
        for (int i = 1; i <= 64; i++) {
            assertThat(meta.set("guard.hold-millis", String.valueOf(i))).isEmpty();
        }
        assertThat(meta.set("guard.hold-millis", "65"))
                .singleElement()
                .satisfies(reply -> assertThat(reply.getRefused()).contains("too many"));
    }
}
