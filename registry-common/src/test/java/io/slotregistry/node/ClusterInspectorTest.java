package io.slotregistry.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.node.ClusterInspector.BusyException;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.SimulatedLoop;
import io.slotregistry.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class ClusterInspectorTest {
    private static final Inspect QUESTION =
            Inspect.newBuilder().setReplicas(true).build();
    private static final ProcessId SELF = new ProcessId(new NodeId(Role.SESSION, "s"), 1);
    private static final ProcessId DATA = new ProcessId(new NodeId(Role.DATA, "d"), 1);
    private static final List<Member> MEMBERS =
            List.of(new Member(DATA, new Address("127.0.0.1", 9620), null, null, "zone", false));

    private final BlockingQueue<Transport.Callback> calls = new LinkedBlockingQueue<>();
    private final ClusterInspector inspector = inspector();

    @Test
    void aFewQuestionsAreAskedAtATimeAndTheOthersAreSentAway() throws Exception {
        List<CompletableFuture<ClusterInspector.Answers>> asked = new ArrayList<>();
        List<Transport.Callback> pending = new ArrayList<>();
        for (int i = 0; i < ClusterInspector.AT_A_TIME; i++) {
            asked.add(CompletableFuture.supplyAsync(() -> inspector.ask(MEMBERS, QUESTION), this::onAThread));
            pending.add(calls.take());
        }

        assertThatThrownBy(() -> inspector.ask(MEMBERS, QUESTION)).isInstanceOf(BusyException.class);
        assertThat(calls).as("nothing was sent").isEmpty();

        pending.forEach(call -> call.replied(Reply.newBuilder()
                .setInspection(Inspection.getDefaultInstance())
                .build()));
        for (CompletableFuture<ClusterInspector.Answers> each : asked) {
            assertThat(each.get().byNode()).containsOnlyKeys("data/d");
        }
        CompletableFuture<ClusterInspector.Answers> next =
                CompletableFuture.supplyAsync(() -> inspector.ask(MEMBERS, QUESTION), this::onAThread);
        calls.take().failed("gone");
        assertThat(next.get().unanswered()).containsExactly("data/d");
    }

    private void onAThread(Runnable task) {
        new Thread(task).start();
    }

    private ClusterInspector inspector() {
        VirtualTime time = new VirtualTime(1);
        NodeContext context = new NodeContext(
                SELF,
                new SimulatedClock(time, 0),
                new SplittableRandom(1),
                ImmutableList.of(new SimulatedLoop(time)),
                new SilentTransport());
        RoleNode node = mock();
        when(node.context()).thenReturn(context);
        when(node.view()).thenReturn(ClusterView.NONE);
        return new ClusterInspector(node);
    }

    /** Answers when the test does. */
    private final class SilentTransport implements Transport {
        @Override
        public void call(Address to, Request request, long timeoutMillis, EventLoop loop, Callback callback) {
            calls.add(callback);
        }

        @Override
        public void serve(Server server) {
            throw new UnsupportedOperationException();
        }
    }
}
