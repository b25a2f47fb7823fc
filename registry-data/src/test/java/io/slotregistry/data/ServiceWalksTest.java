package io.slotregistry.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Interners;
import io.slotregistry.data.slot.GuardSettings;
import io.slotregistry.data.slot.NetworkFaults;
import io.slotregistry.data.slot.SlotContext;
import io.slotregistry.data.slot.SlotReplica;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.Publication;
import io.slotregistry.proto.ServiceQuery;
import io.slotregistry.proto.ServiceRow;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.SnapshotChunk;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.SimulatedLoop;
import io.slotregistry.simulation.VirtualTime;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.VersionClock;
import io.slotregistry.timeline.Timeline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ServiceWalksTest {
    private static final int SLOTS = 8;
    private static final ProcessId SESSION = new ProcessId(new NodeId(Role.SESSION, "s"), 1);

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final TreeMap<Integer, SlotReplica> slots = new TreeMap<>();
    private final ServiceWalks walks = new ServiceWalks(new QueueLoop(), slots);
    private final List<Inspection> answers = new ArrayList<>();

    ServiceWalksTest() {
        for (int slot = 0; slot < SLOTS; slot++) {
            slots.put(slot, leaderOf(slot));
        }
    }

    @Test
    void theFirstNamesOfAllSlotsAreCollected() {
        walks.add(query("", 5), answers::add);
        walks.add(query("00013", 100), answers::add);
        runAll();

        assertThat(names(answers.get(0))).containsExactly("00000", "00001", "00002", "00003", "00004");
        assertThat(names(answers.get(1))).startsWith("00014").hasSize(26).isSorted();
    }

    @Test
    void otherTasksOfTheLoopComeInBetween() {
        walks.add(query("", 100), answers::add);
        int slices = 0;
        int others = 0;
        while (!tasks.isEmpty() && answers.isEmpty()) {
            tasks.add(() -> {});
            tasks.remove().run();
            slices++;
            tasks.remove().run();
            others++;
        }

        assertThat(answers).hasSize(1);
        assertThat(slices).as("a slot each").isGreaterThanOrEqualTo(SLOTS);
        assertThat(others).isEqualTo(slices);
    }

    @Test
    void questionsBeyondTheLimitAreSentAway() {
        for (int i = 0; i <= ServiceWalks.MAX_WAITING; i++) {
            walks.add(query("", 1), answers::add);
        }
        assertThat(answers).singleElement().matches(Inspection::getBusy);
        runAll();
        assertThat(answers).hasSize(ServiceWalks.MAX_WAITING + 1);

        walks.add(query("", 1), answers::add);
        runAll();
        assertThat(names(answers.get(answers.size() - 1))).containsExactly("00000");
    }

    @Test
    void aSlotThatGoesMeanwhileIsPassedOver() {
        walks.add(query("", 100), answers::add);
        tasks.remove().run();
        slots.remove(1);
        slots.remove(7);
        runAll();

        assertThat(names(answers.get(0))).hasSize(5 * (SLOTS - 2));
    }

    private void runAll() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private static ServiceQuery query(String after, int limit) {
        return ServiceQuery.newBuilder().setAfter(after).setLimit(limit).build();
    }

    private static List<String> names(Inspection answer) {
        return answer.getServicesList().stream().map(ServiceRow::getDataInfoId).toList();
    }

    /** It holds every eighth of forty services. */
    private static SlotReplica leaderOf(int slot) {
        VirtualTime time = new VirtualTime(1);
        SimulatedClock clock = new SimulatedClock(time, 0);
        SlotContext context = new SlotContext(
                new DigestKey(new byte[DigestKey.LENGTH_BYTES]),
                Interners.newStrongInterner(),
                new VersionClock(clock),
                new SimulatedLoop(time),
                clock,
                dataInfoId -> new GuardSettings(false, 50, 0, 0),
                new NetworkFaults(clock),
                15_000,
                new Timeline(clock, 100));
        SlotReplica replica = new SlotReplica(slot, context, session -> {}, () -> {});
        replica.own(true, 1, 1, ImmutableSet.of(SESSION), ImmutableSet.of(), ImmutableSet.of());
        SnapshotChunk.Builder all =
                SnapshotChunk.newBuilder().setSnapshotId(1).setSeq(1).setLast(true);
        for (int i = slot; i < 5 * SLOTS; i += SLOTS) {
            String name = String.format("%05d", i);
            all.addPublications(Publication.newBuilder()
                    .setRegisterId(name)
                    .setDataInfoId(name)
                    .setVersion(1)
                    .setConnection(1));
        }
        replica.sync(SESSION, 1, SlotSync.newBuilder().setSnapshot(all).build());
        return replica;
    }

    private final class QueueLoop implements EventLoop {
        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public Timer schedule(long delayMillis, Runnable task) {
            throw new UnsupportedOperationException();
        }
    }
}
