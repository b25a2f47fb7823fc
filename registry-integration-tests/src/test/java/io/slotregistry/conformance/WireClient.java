package io.slotregistry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.BaseRegister;
import com.alipay.sofa.registry.core.model.DataBox;
import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.RegisterResponse;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import io.slotregistry.sdk.BoltFrame;
import io.slotregistry.sdk.BoltSocket;
import io.slotregistry.sdk.RegistryUnderTest;
import io.slotregistry.sdk.WireHessian;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A client without an SDK: each test decides what it sends, and sees the messages themselves. */
public final class WireClient implements AutoCloseable {
    private final BoltSocket socket;

    WireClient(RegistryUnderTest registry) {
        this(registry.boltPort());
    }

    public WireClient(int port) {
        socket = new BoltSocket(port);
    }

    public BoltSocket socket() {
        return socket;
    }

    /** Registers, and checks that every SDK would take the answer for an acknowledgement. */
    public RegisterResponse register(BaseRegister register) {
        BoltFrame frame = socket.call(register);
        assertThat(frame.extra()).as("status of " + frame).isZero();
        RegisterResponse answer = WireHessian.decode(frame, RegisterResponse.class);
        assertThat(answer.isSuccess()).isTrue();
        assertThat(answer.isRefused()).as(answer.getMessage()).isFalse();
        assertThat(answer.getVersion()).isEqualTo(register.getVersion());
        return answer;
    }

    /** Does not wait for the answer. */
    public void send(BaseRegister register) {
        socket.send(BoltFrame.request(socket.nextId(), register.getClass().getName(), WireHessian.encode(register)));
    }

    /** Acknowledges pushes until one for this subscriber shows exactly these values. */
    public ReceivedData awaitList(SubscriberRegister subscriber, String... values) {
        List<String> expected = List.of(values).stream().sorted().toList();
        long before = Long.MIN_VALUE;
        while (true) {
            ReceivedData push = socket.awaitPush(ReceivedData.class);
            if (push.getSubscriberRegistIds().contains(subscriber.getRegistId())) {
                assertThat(push.getVersion()).isGreaterThanOrEqualTo(before);
                before = push.getVersion();
                if (zones(push).values().stream()
                        .flatMap(List::stream)
                        .sorted()
                        .toList()
                        .equals(expected)) {
                    return push;
                }
            }
        }
    }

    public static Map<String, List<String>> zones(ReceivedData push) {
        Map<String, List<String>> zones = new TreeMap<>();
        push.getData()
                .forEach((zone, boxes) ->
                        zones.put(zone, boxes.stream().map(DataBox::getData).toList()));
        return zones;
    }

    @Override
    public void close() {
        socket.close();
    }
}
