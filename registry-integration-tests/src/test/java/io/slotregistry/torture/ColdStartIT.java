package io.slotregistry.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotregistry.cluster.ClusterNode;
import io.slotregistry.cluster.LoopbackCluster;
import io.slotregistry.sdk.Push;
import io.slotregistry.sdk.Sdk;
import io.slotregistry.sdk.SdkClient;
import io.slotregistry.sdk.SdkProcess;
import io.slotregistry.sdk.SdkSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every server ends at once and is started again, while clients of real SDKs find their way back by themselves. */
class ColdStartIT {
    private static final int CLIENTS_PER_SDK = 6;
    private static final int SERVICES = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Longer than it takes until meta has written down how many publications there are. */
    private static final int RECORDED_MILLIS = 5_000;

    private static final int DOWN_MILLIS = 3_000;

    private final LoopbackCluster cluster = LoopbackCluster.start(1, 2, 2);
    private final List<SdkProcess> processes =
            Stream.of(Sdk.JAVA_5_4_2, Sdk.JAVA_6_5_6).map(Sdk::start).toList();
    private final List<SdkClient> clients = new ArrayList<>();
    private final Map<SdkSubscriber, Integer> pushesBefore = new LinkedHashMap<>();

    @AfterEach
    void close() {
        processes.forEach(SdkProcess::close);
        cluster.close();
    }

    @Test
    void noListShrinksAndANewSubscriberSeesAPartAtMostOnce() {
        List<SdkSubscriber> holders = new ArrayList<>();
        for (int i = 0; i < CLIENTS_PER_SDK; i++) {
            for (SdkProcess process : processes) {
                clients.add(process.open(cluster.session(i % 2).httpPort()));
            }
        }
        for (int i = 0; i < clients.size(); i++) {
            for (int service = 0; service < SERVICES; service++) {
                clients.get(i).publish("cold-" + service, "host-" + i);
                holders.add(clients.get(i).subscribe("cold-" + service));
            }
        }
        awaitSizes(holders, clients.size());
        Pause.millis(RECORDED_MILLIS);
        holders.forEach(holder -> pushesBefore.put(holder, holder.pushes().size()));

        cluster.alive().forEach(node -> node.process().kill());
        Pause.millis(DOWN_MILLIS);
        long begin = System.currentTimeMillis();
        List<ClusterNode> nodes = cluster.nodes();
        nodes.forEach(ClusterNode::start);
        nodes.forEach(ClusterNode::awaitReady);
        System.out.println("cold start: ready after " + since(begin));
        List<SdkSubscriber> newcomers = new ArrayList<>();
        for (int service = 0; service < SERVICES; service++) {
            newcomers.add(processes
                    .get(service % 2)
                    .open(cluster.session(0).httpPort())
                    .subscribe("cold-" + service));
        }
        newcomers.forEach(SdkSubscriber::awaitFirstPush);
        System.out.println("cold start: newcomers have lists after " + since(begin) + ": "
                + newcomers.stream()
                        .map(newcomer -> size(newcomer.pushes().get(0)))
                        .toList());
        clients.get(0).publish("cold-0", "after");
        awaitSizes(
                holders.stream()
                        .filter(each -> holders.indexOf(each) % SERVICES == 0)
                        .toList(),
                clients.size() + 1);
        awaitSizes(newcomers.subList(1, SERVICES), clients.size());
        System.out.println("cold start: a change is seen after " + since(begin));

        pushesBefore.forEach((holder, before) -> assertThat(sizes(holder).skip(before))
                .as("pushes to one that held a list")
                .allMatch(size -> size >= clients.size()));
        newcomers.forEach(newcomer -> assertThat(sizes(newcomer).skip(1))
                .as("pushes to a newcomer after the first")
                .allMatch(size -> size >= clients.size()));
    }

    private static String since(long beginMillis) {
        return System.currentTimeMillis() - beginMillis + " ms";
    }

    private static void awaitSizes(List<SdkSubscriber> subscribers, int size) {
        await("lists of " + size)
                .atMost(PATIENCE)
                .until(() -> subscribers.stream()
                        .allMatch(subscriber -> subscriber.list().size() == size));
    }

    private static Stream<Integer> sizes(SdkSubscriber subscriber) {
        return subscriber.pushes().stream().map(ColdStartIT::size);
    }

    private static int size(Push push) {
        return push.zones().values().stream().mapToInt(List::size).sum();
    }
}
