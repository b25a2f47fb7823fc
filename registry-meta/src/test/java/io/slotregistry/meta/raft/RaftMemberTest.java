package io.slotregistry.meta.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.alipay.sofa.jraft.core.NodeImpl;
import com.alipay.sofa.jraft.entity.EnumOutter.ErrorType;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RaftException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can happen to one member and its disk. */
class RaftMemberTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private RaftGroup group;

    @BeforeEach
    void make() {
        group = new RaftGroup(directory);
    }

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void aGroupOfOneAdoptsItsNewAddressAndTheNextOne() {
        RaftGroup.Member first = group.start(1).get(0);
        group.leader().propose(1);
        first.awaitEpoch(1);
        RaftGroup.Member second = first.movedElsewhere().start();
        assertThat(group.leader()).isEqualTo(second);
        second.propose(2);
        second.awaitEpoch(2);
        assertThat(second.log().members()).containsExactly(second.address);

        RaftGroup.Member third = second.movedElsewhere().start();
        assertThat(group.leader()).isEqualTo(third);
        third.awaitEpoch(2);
        third.propose(3);
        third.awaitEpoch(3);
    }

    @Test
    void aMemberOfThreeThatComesBackElsewhereSaysWhatToDo() {
        List<RaftGroup.Member> all = List.copyOf(group.start(3));
        group.leader().propose(1);
        all.forEach(member -> member.awaitEpoch(1));
        RaftGroup.Member old = all.get(0);
        RaftGroup.Member moved = old.movedElsewhere();
        assertThatThrownBy(moved::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("this meta server is " + old.address + " in its group")
                .hasMessageContaining("members replace " + old.address + " " + moved.address);
        moved.stop();
        old.start().awaitEpoch(1);
    }

    /** As JRaft does when the disk is full. */
    @Test
    void aMemberThatFailedSaysSoAndStartsAgain() {
        RaftGroup.Member member = group.start(1).get(0);
        group.leader().propose(1);
        member.awaitEpoch(1);
        NodeImpl node = (NodeImpl) Objects.requireNonNull(member.log().node);
        RaftException full = new RaftException(ErrorType.ERROR_TYPE_LOG);
        full.getStatus().setError(RaftError.EIO, "No space left on device");
        node.onError(full);
        await("it says so").atMost(LIMIT).until(() -> member.log().failure().contains("No space left"));
        assertThat(member.leads()).isFalse();

        assertThat(group.leader()).isEqualTo(member);
        member.awaitEpoch(1);
        assertThat(member.log().failure()).isEmpty();
        member.propose(2);
        member.awaitEpoch(2);
    }
}
