package io.slotregistry.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotregistry.cluster.ClusterNode;
import io.slotregistry.cluster.LoopbackCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Every server of a cluster is stopped in order and started again, one after the other, while clients never rest: no
 * push is ever wrong, and registrations are accepted and shown throughout.
 */
@TestInstance(Lifecycle.PER_CLASS)
class RollingRestartIT {
    private static final Duration SETTLED = Duration.ofSeconds(40);
    private static final int MAX_OPERATION_PAUSE_MILLIS = 60;
    private static final int OPERATIONS_PER_NEWCOMER = 6;
    private static final long SEED = 11;

    private final Events events = new Events("rolling");
    private final Ledger ledger = new Ledger(events::add);
    private final LoopbackCluster cluster = LoopbackCluster.start(3, 3, 3);
    private final Random random = new Random(SEED);
    private final Population population = new Population(cluster, ledger, random);
    private final Newcomers newcomers = new Newcomers(population, ledger);
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> trouble = new AtomicReference<>();

    @AfterAll
    void close() {
        population.close();
        cluster.close();
        events.close();
    }

    @Test
    void nobodyNoticesThatEveryServerIsRestarted() {
        assertWell("the start", population.settle(SETTLED));
        Thread clients = new Thread(this::neverRest, "clients");
        clients.start();
        try {
            Stream.of(cluster.metas, cluster.data, cluster.sessions)
                    .flatMap(List::stream)
                    .forEach(this::restart);
        } finally {
            over.set(true);
            await("clients rest").atMost(SETTLED).until(() -> !clients.isAlive());
        }
        assertWell("the last newcomers", List.of());
        List<String> differences = new ArrayList<>(population.settle(SETTLED));
        differences.addAll(Holdings.differences(cluster, ledger.truth()));
        assertWell("all restarts", differences);
        System.out.println("rolling restart: " + population.operations() + ", newcomers " + newcomers.seen()
                + ", slowest in ms " + newcomers.slowestMillis() + ", pushes checked " + ledger.pushes()
                + ", moves that took too long " + ledger.late());
    }

    private void restart(ClusterNode node) {
        String step = "the restart of " + node.id();
        ledger.note("STEP " + step);
        int madeBefore = newcomers.made();
        long begin = System.currentTimeMillis();
        try {
            node.process().stop();
            long stopped = System.currentTimeMillis();
            node.start().awaitReady();
            long ready = System.currentTimeMillis();
            awaitSettled();
            long settled = System.currentTimeMillis();
            await("newcomers are seen").atMost(SETTLED).until(() -> newcomers.isAnySeenAfter(madeBefore));
            long seen = System.currentTimeMillis();
            System.out.printf(
                    "rolling restart: %s stopped in %d ms, ready after %d ms, settled after %d ms, "
                            + "newcomers seen after %d ms%n",
                    node.id(), stopped - begin, ready - stopped, settled - ready, seen - settled);
        } catch (RuntimeException | AssertionError e) {
            events.keep(cluster, population);
            throw new AssertionError(step + ", events are in " + events.directory(), e);
        }
        assertWell(step, List.of());
    }

    private void awaitSettled() {
        await("meta servers are ready")
                .atMost(SETTLED)
                .ignoreExceptions()
                .until(() -> cluster.metas.stream()
                        .allMatch(meta -> meta.get("/actuator/health/readiness").status() == 200));
        await("all nodes are listed").atMost(SETTLED).ignoreExceptions().until(() -> {
            String listed = cluster.ask("/api/v1/nodes").toString();
            return Stream.concat(cluster.data.stream(), cluster.sessions.stream())
                    .allMatch(each -> listed.contains('"' + each.id() + '"'));
        });
        cluster.awaitSettled();
    }

    /** Until it is over, and then until the last newcomers have been seen or are late. */
    private void neverRest() {
        try {
            for (int i = 0; !over.get() || newcomers.isAnyAwaited(); i++) {
                if (!over.get()) {
                    population.operateInPlace();
                    if (i % OPERATIONS_PER_NEWCOMER == 0) {
                        newcomers.register();
                    }
                }
                newcomers.check();
                Pause.millis(random.nextInt(MAX_OPERATION_PAUSE_MILLIS));
            }
        } catch (RuntimeException | AssertionError e) {
            trouble.set(e);
        }
    }

    private void assertWell(String step, List<String> differences) {
        List<String> wrong = new ArrayList<>(ledger.violations());
        wrong.addAll(differences);
        if (!wrong.isEmpty()) {
            events.keep(cluster, population);
        }
        assertThat(wrong)
                .as("after " + step + ", events are in " + events.directory())
                .isEmpty();
        assertThat(trouble.get()).as("clients after " + step).isNull();
    }
}
