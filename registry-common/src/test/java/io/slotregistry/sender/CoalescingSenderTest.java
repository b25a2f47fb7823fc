package io.slotregistry.sender;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Changes;
import io.slotregistry.proto.Content;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.simulation.NetworkWeather;
import io.slotregistry.simulation.SimulatedLoop;
import io.slotregistry.simulation.SimulatedNetwork;
import io.slotregistry.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CoalescingSenderTest {
    private static final Address HERE = new Address("here", 1);
    private static final Address THERE = new Address("there", 1);

    private final VirtualTime time = new VirtualTime(7);
    private final SimulatedNetwork network = new SimulatedNetwork(time);
    private final SimulatedLoop loop = new SimulatedLoop(time);
    private final Receiver receiver = new Receiver();
    private final Names source = new Names();
    private final StreamStats stats = new StreamStats();
    private final CoalescingSender sender = new CoalescingSender(
            stats.stream(Role.DATA, "test"),
            loop,
            time.random(),
            network.join(process("here"), HERE),
            new SenderSettings(100, 10, 80, 3),
            source);

    @Test
    void anIdleStreamSendsAtOnceAndABusyOneCoalesces() {
        listen();
        mark("a");
        time.runFor(5);
        assertThat(receiver.messages).containsExactly(List.of("a"));

        mark("b");
        assertThat(time.runUntil(() -> source.takes == 2, 5)).isTrue();
        for (int i = 0; i < 1_000; i++) {
            mark("c" + i % 10);
        }
        time.runFor(5);
        assertThat(receiver.messages).hasSize(3);
        assertThat(receiver.messages.get(2)).hasSize(10);
    }

    @Test
    void aPeerThatNeverAnswersCostsNoMoreMemoryThanWhatIsDirty() {
        for (int i = 0; i < 100_000; i++) {
            mark("x" + i % 5);
            if (i % 1_000 == 0) {
                time.runFor(1);
            }
        }
        time.runFor(10_000);
        assertThat(sender.isUnsynced()).isTrue();
        assertThat(stats.unsynced(Role.DATA)).containsExactly("test");
        assertThat(stats.giveUps(Role.DATA)).isEqualTo(1);
        assertThat(source.dirty.size() + source.inFlight.size()).isEqualTo(5);
    }

    @Test
    void everythingArrivesThroughLossRepetitionAndDelay() {
        for (long seed = 1; seed <= 50; seed++) {
            CoalescingSenderTest run = new CoalescingSenderTest();
            run.listen();
            run.network.weather(NetworkWeather.ROUGH);
            for (long burnIn = 0; burnIn < seed; burnIn++) {
                run.time.random().nextLong();
            }
            for (int i = 0; i < 100; i++) {
                run.mark("name" + i);
                run.time.runFor(10);
            }
            run.network.heal();
            run.time.runFor(7_000);
            assertThat(run.receiver.names).as("after %d draws", seed).hasSize(100);
            assertThat(run.sender.isUnsynced()).isFalse();
        }
    }

    @Test
    void aRefusalIsAFailureAndARetryDoesNotWaitForThePause() {
        receiver.refusal = "not now";
        listen();
        mark("a");
        time.runFor(50);
        int before = receiver.requests;
        receiver.refusal = "";
        loop.execute(sender::retryNow);
        time.runFor(5);
        assertThat(receiver.requests).isEqualTo(before + 1);
        assertThat(receiver.names).containsExactly("a");
    }

    @Test
    void aStoppedStreamIsSilent() {
        listen();
        sender.stop();
        mark("a");
        time.runFor(1_000);
        assertThat(receiver.messages).isEmpty();
    }

    private void listen() {
        network.join(process("there"), THERE).serve(receiver);
    }

    private void mark(String name) {
        loop.execute(() -> {
            source.dirty.add(name);
            sender.wake();
        });
    }

    private static ProcessId process(String name) {
        return new ProcessId(new NodeId(Role.DATA, name), 1);
    }

    private static final class Names implements CoalescingSender.Source {
        final Set<String> dirty = new LinkedHashSet<>();
        final Set<String> inFlight = new LinkedHashSet<>();
        int takes;

        @Override
        public Address target() {
            return THERE;
        }

        @Override
        public @Nullable Request take() {
            if (dirty.isEmpty()) {
                return null;
            }
            takes++;
            inFlight.addAll(dirty);
            dirty.clear();
            SlotChanges.Builder names = SlotChanges.newBuilder();
            inFlight.forEach(name -> names.addContents(Content.newBuilder().setDataInfoId(name)));
            return Request.newBuilder()
                    .setChanges(Changes.newBuilder().addSlots(names))
                    .build();
        }

        @Override
        public void delivered(Reply reply) {
            inFlight.clear();
        }

        @Override
        public void failed(String reason, boolean unsynced) {
            dirty.addAll(inFlight);
            inFlight.clear();
        }
    }

    private static final class Receiver implements Transport.Server {
        final List<List<String>> messages = new ArrayList<>();
        final Set<String> names = new TreeSet<>();
        String refusal = "";
        int requests;

        @Override
        public void handle(ProcessId sender, Request request, Consumer<Reply> reply) {
            requests++;
            if (refusal.isEmpty()) {
                List<String> message = request.getChanges().getSlots(0).getContentsList().stream()
                        .map(Content::getDataInfoId)
                        .toList();
                messages.add(message);
                names.addAll(message);
            }
            reply.accept(Reply.newBuilder().setRefused(refusal).build());
        }

        @Override
        public void disconnected(ProcessId sender) {}
    }
}
