package io.slotregistry.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotregistry.cluster.Applications;
import io.slotregistry.cluster.ClusterNode;
import io.slotregistry.cluster.LoopbackCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.TestReporter;
import tools.jackson.databind.JsonNode;

/**
 * Three meta servers, and what can happen to them and through them. Each step goes on where the one before it ended;
 * none may be noticed by an application.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class MetaGroupIT {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final LoopbackCluster cluster = LoopbackCluster.start(3, 3, 2);
    private final Applications applications = new Applications(cluster);
    private final Admin admin = new Admin(cluster);
    private List<Integer> pushes = List.of();

    @AfterEach
    void nothingWasEverMissing() {
        applications.assertNothingWasEverMissing();
    }

    @AfterAll
    void close() {
        applications.close();
        cluster.close();
    }

    @Test
    @Order(1)
    void anotherLeaderIsElectedWhenTheirsIsKilled(TestReporter report) {
        ClusterNode leader = leader();
        quietly(() -> {
            leader.process().kill();
            long killed = System.nanoTime();
            leader();
            report.publishEntry("meta leader killed to another leads", since(killed));
        });
        applications.change();
        assertThat(admin.run("settings", "set", "grace-millis", "700")).anyMatch(line -> line.contains("done"));
        assertThat(admin.fail("settings", "set", "grace-millis", "-1")).contains("grace-millis is a number 0..600000");
        assertThat(admin.run("members", "list"))
                .anyMatch(line -> line.startsWith(leader.nodeAddress()) && line.contains("does not answer"));
        leader.start().awaitReady();
        assertThat(admin.run("settings", "list")).anyMatch(line -> line.matches("grace-millis +700 .*"));
    }

    @Test
    @Order(2)
    void withoutAMajorityAllGoesOnAndItRecoversByItself(TestReporter report) {
        List<ClusterNode> lost = cluster.metas.subList(0, 2);
        ClusterNode left = cluster.metas.get(2);
        quietly(() -> lost.forEach(meta -> meta.process().kill()));
        applications.change();
        await("nodes say so")
                .atMost(LIMIT)
                .until(() -> health(cluster.session(0)).contains("without a word")
                        && health(left).contains("no leader"));
        assertThat(ready(cluster.session(0))).isTrue();
        assertThat(ready(left)).isFalse();

        quietly(() -> {
            lost.forEach(ClusterNode::start);
            lost.forEach(ClusterNode::awaitReady);
            long whole = System.nanoTime();
            await("everybody is in contact")
                    .atMost(LIMIT)
                    .until(() -> !health(cluster.session(0)).contains("without a word"));
            report.publishEntry("majority ready to nodes in contact", since(whole));
        });
        applications.change();
    }

    @Test
    @Order(3)
    void aMemberIsReplaced() {
        ClusterNode old = cluster.metas.stream()
                .filter(each -> !each.get("/actuator/prometheus").body().contains("\nregistry_meta_leader 1.0"))
                .findFirst()
                .orElseThrow();
        ClusterNode fresh = cluster.addMeta("meta-4")
                .with("--registry.metas=" + cluster.metaAddresses)
                .with("--registry.meta.join=true")
                .start();
        fresh.awaitReady();
        assertThat(ready(fresh)).isFalse();
        quietly(() -> assertThat(admin.run("members", "replace", old.nodeAddress(), fresh.nodeAddress()))
                .hasSize(3)
                .anyMatch(line -> line.matches(fresh.nodeAddress() + " +meta/meta-4 +(follows|leads)"))
                .noneMatch(line -> line.startsWith(old.nodeAddress())));
        old.process().stop();
        cluster.metas.remove(old);
        cluster.metas.add(fresh);
        await("the new one is ready").atMost(LIMIT).until(() -> ready(fresh));
        // Its disk knows what the settings that all servers share do not.
        quietly(() -> {
            fresh.process().stop();
            fresh.with("--registry.meta.join=false").start().awaitReady();
        });
        await("it is a member again").atMost(LIMIT).until(() -> ready(fresh));
        // The new one may be the only one of the other two that hears the next leader.
        quietly(() -> {
            leader().process().kill();
            leader();
        });
        cluster.metas.stream()
                .filter(each -> !each.isAlive())
                .forEach(each -> each.start().awaitReady());
        applications.change();
    }

    @Test
    @Order(4)
    void aDataServerIsEmptiedAndFilledAgain(TestReporter report) {
        ClusterNode server = cluster.data.get(2);
        quietly(() -> {
            long begin = System.nanoTime();
            assertThat(admin.run("drain", server.id(), "--wait"))
                    .last()
                    .asString()
                    .contains("can be stopped");
            report.publishEntry("drain of 1 of 3 data servers", since(begin));
            assertThat(slotsOf(server)).isZero();
            server.process().stop();
        });
        applications.change();
        quietly(() -> {
            admin.run("undrain", server.id());
            server.start().awaitReady();
            cluster.awaitSettled();
        });
        applications.change();
    }

    @Test
    @Order(5)
    void aDataServerThatIsStoppedHandsOverAndFindsItsPlaceWhenItIsBackElsewhere(TestReporter report) {
        ClusterNode server = cluster.data.get(0);
        int copies = slotsOf(server);
        quietly(() -> {
            long begin = System.nanoTime();
            server.process().stop();
            report.publishEntry("data server stopped in", since(begin));
            assertThat(ledBy(server)).isZero();
        });
        applications.change();
        ClusterNode moved = cluster.addData("data-1");
        cluster.data.set(0, moved);
        quietly(() -> {
            moved.start().awaitReady();
            cluster.awaitSettled();
        });
        assertThat(moved.nodePort()).as("another address").isNotEqualTo(server.nodePort());
        assertThat(slotsOf(moved)).isBetween(copies - 1, copies + 1);
        applications.change();
    }

    @Test
    @Order(6)
    void whenAllMetaDataIsLostTheClusterIsRecoveredFromANode(TestReporter report) throws IOException {
        JsonNode before = cluster.ask("/api/v1/nodes");
        cluster.metas.forEach(meta -> meta.process().kill());
        applications.change();
        try (Stream<Path> files = Files.walk(cluster.directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        String addresses = String.join(
                ",", cluster.metas.stream().map(ClusterNode::nodeAddress).toList());
        quietly(() -> {
            cluster.metas.forEach(meta -> meta.with("--registry.metas=" + addresses)
                    .with("--registry.meta.join=false")
                    .with("--registry.meta.recover-from=" + cluster.data.get(0).nodeAddress())
                    .start());
            long begin = System.nanoTime();
            cluster.metas.forEach(ClusterNode::awaitReady);
            await("nodes follow")
                    .atMost(LIMIT)
                    .until(() -> epoch() > before.get("epoch").asLong() + 100_000);
            report.publishEntry("empty meta servers started to nodes follow", since(begin));
            cluster.awaitSettled();
        });
        assertThat(cluster.ask("/api/v1/nodes").get("clusterId")).isEqualTo(before.get("clusterId"));
        applications.change();
    }

    /** While this happens nothing changes, so nothing may be pushed. */
    private void quietly(Runnable whatHappens) {
        applications.awaitEverybody();
        pushes = applications.pushes();
        whatHappens.run();
        assertThat(applications.pushes()).isEqualTo(pushes);
    }

    private ClusterNode leader() {
        return await("a meta leader")
                .pollInterval(Duration.ofMillis(20))
                .atMost(LIMIT)
                .until(
                        () -> cluster.metas.stream()
                                .filter(ClusterNode::isAlive)
                                .filter(meta ->
                                        meta.get("/actuator/prometheus").body().contains("\nregistry_meta_leader 1.0"))
                                .findFirst()
                                .orElse(null),
                        leader -> leader != null);
    }

    private static String health(ClusterNode node) {
        return node.get("/actuator/health").body();
    }

    private static boolean ready(ClusterNode node) {
        return node.get("/actuator/health/readiness").status() == 200;
    }

    private long epoch() {
        return cluster.ask("/api/v1/nodes").get("epoch").asLong();
    }

    private int slotsOf(ClusterNode server) {
        return (int) slots().filter(slot -> slot.get("leader").asString().equals(server.id())
                        || slot.get("followers").toString().contains('"' + server.id() + '"'))
                .count();
    }

    private long ledBy(ClusterNode server) {
        return slots().filter(slot -> slot.get("leader").asString().equals(server.id()))
                .count();
    }

    private Stream<JsonNode> slots() {
        return StreamSupport.stream(cluster.ask("/api/v1/slots").get("slots").spliterator(), false);
    }

    private static String since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis() + " ms";
    }
}
