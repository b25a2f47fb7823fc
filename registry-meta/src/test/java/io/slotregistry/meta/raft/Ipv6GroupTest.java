package io.slotregistry.meta.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Ipv6GroupTest {
    @TempDir
    private Path directory;

    private RaftGroup group;

    @BeforeEach
    void make() throws IOException {
        group = new RaftGroup(directory, "::1");
        assumeTrue(NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null, "no IPv6 here");
    }

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void threeMembersElectAndCatchUp() {
        List<RaftGroup.Member> all = group.start(3);
        RaftGroup.Member first = group.leader();
        first.propose(1);
        all.forEach(member -> member.awaitEpoch(1));

        first.stop();
        group.leader().propose(2);

        first.start();
        first.awaitEpoch(2);
    }

    @Test
    void aMemberStartsAgainOnItsOwnData() {
        RaftGroup.Member only = group.start(1).get(0);
        group.leader().propose(1);
        only.awaitEpoch(1);
        only.stop();

        only.start();
        assertThat(group.leader()).isSameAs(only);
        only.awaitEpoch(1);
        only.propose(2);
        only.awaitEpoch(2);
    }
}
