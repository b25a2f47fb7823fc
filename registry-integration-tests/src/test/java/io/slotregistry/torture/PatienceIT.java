package io.slotregistry.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.registry.core.model.SubscriberRegister;
import io.slotregistry.cluster.LoopbackCluster;
import io.slotregistry.conformance.Registrations;
import io.slotregistry.conformance.WireClient;
import io.slotregistry.sdk.StandaloneProcess;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What takes minutes: {@code -Dlong.tests=true}. */
@EnabledIfSystemProperty(named = "long.tests", matches = "true", disabledReason = "takes minutes")
class PatienceIT {
    private static final int IDLE_MILLIS = 100_000;
    private static final int FROZEN_MILLIS = 60_000;
    private static final int BACK_MILLIS = 20_000;
    private static final Duration CONVERGENCE = Duration.ofSeconds(60);

    /** One SDK sends nothing for half a minute, others send heartbeats; this one sends nothing at all. */
    @Test
    void aClientThatIsSilentButAliveStays() {
        try (StandaloneProcess registry = StandaloneProcess.start();
                WireClient silent = new WireClient(registry.boltPort());
                WireClient onlooker = new WireClient(registry.boltPort())) {
            silent.register(Registrations.publisher("patience", "silent"));
            Pause.millis(IDLE_MILLIS);
            SubscriberRegister subscriber = Registrations.subscriber("patience");
            onlooker.register(subscriber);
            onlooker.awaitList(subscriber, "silent");
        }
    }

    /** Clients leave it after some seconds; it comes back with all that they had published there. */
    @Test
    void aSessionThatWasFrozenForAMinuteDoesNoHarm() {
        Events events = new Events("patience");
        Ledger ledger = new Ledger(events::add);
        Random random = new Random(3);
        try (events;
                LoopbackCluster cluster = LoopbackCluster.startLinked(2, 2);
                Population population = new Population(cluster, ledger, random)) {
            assertThat(population.settle(CONVERGENCE)).isEmpty();

            cluster.session(0).process().freeze();
            operate(population, random, FROZEN_MILLIS);
            cluster.session(0).process().thaw();
            operate(population, random, BACK_MILLIS);

            List<String> differences = population.settle(CONVERGENCE);
            differences.addAll(Holdings.differences(cluster, ledger.truth()));
            differences.addAll(ledger.violations());
            if (!differences.isEmpty()) {
                events.keep(cluster, population);
            }
            assertThat(differences).as("events are in " + events.directory()).isEmpty();
        }
    }

    private static void operate(Population population, Random random, long millis) {
        long end = System.currentTimeMillis() + millis;
        while (System.currentTimeMillis() < end) {
            population.operate();
            Pause.millis(random.nextInt(60));
        }
    }
}
