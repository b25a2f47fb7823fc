package io.slotregistry.torture;

import com.alipay.sofa.registry.core.model.ReceivedData;
import com.alipay.sofa.registry.core.model.RegisterResponse;
import io.slotregistry.conformance.Registrations;
import io.slotregistry.sdk.BoltSocket;
import io.slotregistry.sdk.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A client in a process of its own, without an SDK: publishes, subscribes, and then only acknowledges pushes. */
final class RemoteClient {
    private RemoteClient() {}

    static ChildProcess start(Namespace namespace, int port, String published, String subscribed) {
        List<String> command = new ArrayList<>(namespace.prefix());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.net.preferIPv4Stack=true",
                "-cp",
                System.getProperty("java.class.path"),
                RemoteClient.class.getName(),
                namespace.hostAddress(),
                String.valueOf(port),
                published,
                subscribed));
        return ChildProcess.start("remote client", command, Path.of("."), Map.of());
    }

    public static void main(String[] arguments) throws IOException {
        InetAddress host = InetAddress.getAllByName(arguments[0])[0];
        try (BoltSocket socket = new BoltSocket(host, Integer.parseInt(arguments[1]))) {
            socket.call(Registrations.publisher(arguments[2], "remote"), RegisterResponse.class);
            socket.call(Registrations.subscriber(arguments[3]), RegisterResponse.class);
            socket.staysWithout(Duration.ofMinutes(10), frame -> {
                if (frame.isRequest() && frame.className().equals(ReceivedData.class.getName())) {
                    socket.acknowledge(frame);
                }
                return false;
            });
        }
    }
}
