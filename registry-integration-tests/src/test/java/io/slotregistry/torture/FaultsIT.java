package io.slotregistry.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slotregistry.cluster.ClusterNode;
import io.slotregistry.cluster.LoopbackCluster;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** One fault at a time, while clients never rest: no push is ever wrong, and afterwards all see the truth. */
@TestInstance(Lifecycle.PER_CLASS)
class FaultsIT {
    private static final Duration CONVERGENCE = Duration.ofSeconds(40);
    /** Longer than the clients of a session that ended are promised to be seen, shorter than the default. */
    private static final String MIRROR_LEASE = "--registry.data.mirror-lease-millis=10000";

    private static final int MAX_OPERATION_PAUSE_MILLIS = 60;
    private static final long SEED = Long.getLong("faults.seed", 7);

    private final Events events = new Events("faults");
    private final Ledger ledger = new Ledger(events::add);
    private final LoopbackCluster cluster = LoopbackCluster.startLinked(2, 2, MIRROR_LEASE);
    private final Random random = new Random(SEED);
    private final Population population = new Population(cluster, ledger, random);

    @BeforeEach
    void allSeeTheTruth(TestInfo test) {
        ledger.note("TEST " + test.getDisplayName());
        assertThat(population.settle(CONVERGENCE)).isEmpty();
    }

    @AfterEach
    void nothingWasWrong() {
        List<String> differences = population.settle(CONVERGENCE);
        List<String> violations = ledger.violations();
        if (!differences.isEmpty() || !violations.isEmpty()) {
            events.keep(cluster, population);
        }
        assertThat(violations).as("events are in " + events.directory()).isEmpty();
        assertThat(differences).as("events are in " + events.directory()).isEmpty();
        assertThat(Holdings.differences(cluster, ledger.truth())).isEmpty();
    }

    @AfterAll
    void close() {
        population.close();
        cluster.close();
        events.close();
    }

    @Test
    void aSessionIsKilled() {
        underLoad(() -> {
            ClusterNode session = cluster.session(0);
            session.process().kill();
            Pause.millis(2_000);
            session.start().awaitReady();
        });
    }

    @Test
    void aSessionSaysGoodbye() {
        underLoad(() -> {
            ClusterNode session = cluster.session(1);
            Pause.millis(500);
            session.process().stop();
            assertThat(cluster.ask("/api/v1/nodes").toString())
                    .as("a session that has said goodbye is not listed any more")
                    .doesNotContain(session.id());
            Pause.millis(2_000);
            session.start().awaitReady();
        });
    }

    /** For longer than the lease of mirrors: other sessions have its clients, and it has what they were. */
    @Test
    void aSessionIsFrozen() {
        underLoad(() -> frozen(cluster.session(0), 12_000));
    }

    @Test
    void aSessionAndADataServerDoNotReachEachOther() {
        underLoad(() -> {
            cluster.links().cut(cluster.session(0), cluster.data.get(0));
            Pause.millis(7_000);
            cluster.links().heal();
        });
    }

    @Test
    void aDataServerIsNotHeardByASession() {
        underLoad(() -> {
            cluster.links().cutOneWay(cluster.data.get(1), cluster.session(1));
            Pause.millis(5_000);
            cluster.links().heal();
        });
    }

    @Test
    void connectionsBetweenServersAreReset() {
        underLoad(() -> {
            for (int i = 0; i < 6; i++) {
                cluster.links().reset(cluster.session(i % 2), cluster.data.get(i / 2 % 2));
                Pause.millis(500);
            }
        });
    }

    @Test
    void aSessionIsCutOffFromMeta() {
        underLoad(() -> {
            cluster.links().cut(cluster.session(0), cluster.meta);
            Pause.millis(5_000);
            cluster.links().heal();
        });
    }

    @Test
    void aDataServerIsKilledAndComesBackEmpty() {
        underLoad(() -> {
            ClusterNode server = cluster.data.get(0);
            server.process().kill();
            Pause.millis(1_500);
            server.start().awaitReady();
        });
    }

    @Test
    void aDataServerIsFrozen() {
        underLoad(() -> frozen(cluster.data.get(1), 5_000));
    }

    @Test
    void metaIsFrozenAndThenKilled() {
        underLoad(() -> {
            frozen(cluster.meta, 4_000);
            Pause.millis(500);
            cluster.meta.process().kill();
            Pause.millis(1_000);
            cluster.meta.start().awaitReady();
        });
    }

    static void frozen(ClusterNode node, long millis) {
        node.process().freeze();
        try {
            Pause.millis(millis);
        } finally {
            node.process().thaw();
        }
    }

    private void underLoad(Runnable fault) {
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> trouble = new AtomicReference<>();
        Thread clients = new Thread(() -> {
            try {
                while (!over.get()) {
                    population.operate();
                    Pause.millis(random.nextInt(MAX_OPERATION_PAUSE_MILLIS));
                }
            } catch (RuntimeException | AssertionError e) {
                trouble.set(e);
            }
        });
        clients.start();
        try {
            fault.run();
        } finally {
            over.set(true);
            await("clients rest").until(() -> !clients.isAlive());
        }
        assertThat(trouble.get()).isNull();
    }
}
