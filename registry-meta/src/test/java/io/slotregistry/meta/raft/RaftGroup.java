package io.slotregistry.meta.raft;

import static org.awaitility.Awaitility.await;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.meta.log.ReplicatedLog;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.Role;
import io.slotregistry.rpc.Address;
import io.slotregistry.slot.DigestKey;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Members of a real Raft group on loopback, in this JVM. */
final class RaftGroup implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    static final int ELECTION_MILLIS = 300;

    private final Path directory;
    private final String host;
    private final List<Member> members = new ArrayList<>();
    private ImmutableList<Address> initial = ImmutableList.of();

    RaftGroup(Path directory) {
        this(directory, "127.0.0.1");
    }

    /** @param host loopback */
    RaftGroup(Path directory, String host) {
        this.directory = directory;
        this.host = host;
    }

    /** One member and what it has heard. */
    final class Member implements ReplicatedLog.Listener {
        final Address address;
        final RaftSettings settings;
        private final String name;
        private JRaftLog log;
        private volatile ClusterView view = ClusterView.NONE;
        private volatile boolean leads;

        private Member(String name, Address address, ImmutableList<Address> all) {
            this.name = name;
            this.address = address;
            this.settings = new RaftSettings(
                    "test",
                    new NodeId(Role.META, name),
                    address.host(),
                    address,
                    all,
                    directory.resolve(name),
                    ELECTION_MILLIS);
            this.log = new JRaftLog(settings);
        }

        Member start() {
            log = new JRaftLog(settings);
            view = ClusterView.NONE;
            leads = false;
            log.start(this);
            return this;
        }

        /** On the same disk, not started. */
        Member movedElsewhere() {
            stop();
            Member moved = new Member(name, freeAddress(), ImmutableList.of());
            members.add(moved);
            return moved;
        }

        void stop() {
            log.stop();
            leads = false;
        }

        @Override
        public void applied(ClusterView applied) {
            view = applied;
        }

        @Override
        public void leadership(boolean nowLeads) {
            leads = nowLeads;
        }

        long epoch() {
            return view.epoch();
        }

        boolean leads() {
            return leads;
        }

        JRaftLog log() {
            return log;
        }

        void propose(long epoch) {
            log.propose(epoch - 1, view(epoch));
        }

        void awaitEpoch(long epoch) {
            await("epoch " + epoch).atMost(LIMIT).until(() -> view.epoch() == epoch);
        }

        /** Empty when it worked. */
        String change(Member... next) {
            CompletableFuture<String> done = new CompletableFuture<>();
            log.changeMembers(
                    List.of(next).stream().map(member -> member.address).collect(ImmutableList.toImmutableList()),
                    done::complete);
            return done.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    List<Member> start(int count) {
        List<Address> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(freeAddress());
        }
        initial = ImmutableList.copyOf(addresses);
        for (int i = 0; i < count; i++) {
            members.add(new Member("m" + (i + 1), addresses.get(i), initial));
        }
        members.forEach(Member::start);
        return members;
    }

    /** One that waits to be added. */
    Member startWaiting(String name) {
        Member member = new Member(name, freeAddress(), ImmutableList.of());
        members.add(member);
        return member.start();
    }

    Member leader() {
        return await("a leader")
                .atMost(LIMIT)
                .until(() -> members.stream().filter(Member::leads).findFirst().orElse(null), member -> member != null);
    }

    static ClusterView view(long epoch) {
        return ClusterView.fromProto(io.slotregistry.proto.ClusterView.newBuilder()
                .setEpoch(epoch)
                .setClusterId("test")
                .setDigestKey(ByteString.copyFrom(new byte[DigestKey.LENGTH_BYTES]))
                .build());
    }

    private Address freeAddress() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return new Address(host, socket.getLocalPort() - 1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        members.forEach(Member::stop);
    }
}
