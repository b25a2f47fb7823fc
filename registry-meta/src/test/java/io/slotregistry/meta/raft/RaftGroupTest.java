package io.slotregistry.meta.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.collect.ImmutableList;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftGroupTest {
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
    void twoOfThreeGoOnWithoutTheirLeaderAndItCatchesUp() {
        List<RaftGroup.Member> all = group.start(3);
        RaftGroup.Member first = group.leader();
        first.propose(1);
        all.forEach(member -> member.awaitEpoch(1));

        first.stop();
        RaftGroup.Member second = group.leader();
        second.propose(2);
        second.awaitEpoch(2);

        first.start();
        first.awaitEpoch(2);
        assertThat(first.leads()).isFalse();
    }

    @Test
    void withoutAMajorityNothingIsDecidedAndWithOneItGoesOnByItself() {
        List<RaftGroup.Member> all = group.start(3);
        RaftGroup.Member leader = group.leader();
        leader.propose(1);
        all.forEach(member -> member.awaitEpoch(1));
        List<RaftGroup.Member> others =
                all.stream().filter(member -> member != leader).toList();

        others.forEach(RaftGroup.Member::stop);
        await("the leader steps down").atMost(Duration.ofSeconds(10)).until(() -> !leader.leads());
        await("it says so")
                .atMost(Duration.ofSeconds(10))
                .until(() -> leader.log().leader() == null);
        leader.propose(2);
        assertThat(leader.epoch()).isEqualTo(1);

        others.get(0).start();
        RaftGroup.Member next = group.leader();
        next.awaitEpoch(1);
        next.propose(2);
        next.awaitEpoch(2);
    }

    @Test
    void theWholeGroupStartsAgainFromItsDisks() {
        List<RaftGroup.Member> all = group.start(3);
        group.leader().log().propose(0, RaftGroup.view(41));
        all.forEach(member -> member.awaitEpoch(41));
        group.leader().propose(42);
        all.forEach(member -> member.awaitEpoch(42));
        all.forEach(RaftGroup.Member::stop);
        all.forEach(RaftGroup.Member::start);
        all.forEach(member -> member.awaitEpoch(42));
        assertThat(group.leader().log().members())
                .containsExactlyInAnyOrderElementsOf(
                        all.stream().map(member -> member.address).toList());
    }

    @Test
    void membersAreReplacedOneByOneWhileItWorks() {
        List<RaftGroup.Member> all = List.copyOf(group.start(3));
        group.leader().propose(1);
        all.forEach(member -> member.awaitEpoch(1));
        RaftGroup.Member fresh = group.startWaiting("m4");
        RaftGroup.Member leader = group.leader();
        RaftGroup.Member gone =
                all.stream().filter(each -> each != leader).findFirst().orElseThrow();
        RaftGroup.Member third = all.stream()
                .filter(member -> member != gone && member != leader)
                .findFirst()
                .orElseThrow();

        assertThat(leader.change(leader, third, fresh)).isEmpty();
        fresh.awaitEpoch(1);
        gone.stop();
        assertThat(leader.log().members()).containsExactlyInAnyOrder(leader.address, third.address, fresh.address);

        // The new one counts: without a majority of these three nothing would be decided.
        third.stop();
        leader.propose(2);
        fresh.awaitEpoch(2);
    }

    @Test
    void aMemberThatCannotBeReachedIsNotAdded() {
        group.start(1);
        RaftGroup.Member leader = group.leader();
        leader.propose(1);
        leader.awaitEpoch(1);
        RaftGroup.Member dead = group.startWaiting("m2");
        dead.stop();
        assertThat(leader.change(leader, dead)).isNotEmpty();
        assertThat(leader.log().members()).containsExactly(leader.address);
        leader.propose(2);
        leader.awaitEpoch(2);
    }

    @Test
    void theDiskDoesNotGrowWithTheNumberOfChanges() throws IOException {
        group.start(1);
        RaftGroup.Member leader = group.leader();
        for (int epoch = 1; epoch <= 3_000; epoch++) {
            leader.propose(epoch);
            if (epoch % 100 == 0) {
                leader.awaitEpoch(epoch);
            }
        }
        leader.awaitEpoch(3_000);
        await("the log is cut off behind a snapshot")
                .atMost(Duration.ofSeconds(10))
                .until(() -> snapshotIndex() > 2_000);
        leader.stop();
        leader.start();
        leader.awaitEpoch(3_000);
    }

    @Test
    void theDirectoryOfAnotherMemberIsRefused() {
        RaftGroup.Member member = group.start(1).get(0);
        member.stop();
        RaftSettings other = new RaftSettings(
                "test",
                new NodeId(Role.META, "other"),
                "127.0.0.1",
                member.address,
                ImmutableList.of(member.address),
                member.settings.dataDirectory(),
                RaftGroup.ELECTION_MILLIS);
        assertThatThrownBy(() -> MemberDirectory.open(other.dataDirectory(), other.member()))
                .hasMessageContaining("is that of meta/m1, and this is meta/other");
    }

    /** JRaft names the directory after the last entry in it. */
    private long snapshotIndex() throws IOException {
        Path snapshots = directory.resolve("m1").resolve("snapshot");
        try (Stream<Path> files = Files.list(snapshots)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("snapshot_\\d+"))
                    .mapToLong(name -> Long.parseLong(name.substring("snapshot_".length())))
                    .max()
                    .orElse(0);
        } catch (UncheckedIOException changed) {
            return 0;
        }
    }
}
