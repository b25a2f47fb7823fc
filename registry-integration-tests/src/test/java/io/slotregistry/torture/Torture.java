package io.slotregistry.torture;

import io.slotregistry.cluster.LoopbackCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A cluster of processes under clients that never rest and whatever faults a seed brings; then all is mended, and every
 * subscriber must see the truth. The seed decides what is done, not how the processes run: a second run is another one.
 */
final class Torture {
    private static final Duration CONVERGENCE = Duration.ofSeconds(75);
    private static final long PROGRESS_MILLIS = 10_000;
    private static final int MAX_OPERATION_PAUSE_MILLIS = 60;
    private static final int MAX_FAULT_PAUSE_MILLIS = 3_000;

    private final long seed;
    private final Duration duration;
    private final Events events;
    private final Ledger ledger;
    private final Random random;
    private final List<String> findings = new ArrayList<>();

    Torture(long seed, Duration duration) {
        this.seed = seed;
        this.duration = duration;
        this.events = new Events("torture-" + seed);
        this.ledger = new Ledger(events::add);
        this.random = new Random(seed);
    }

    /** @return what was violated */
    List<String> run() {
        say("torture: seed " + seed + ", " + duration + ", events in " + events.directory());
        try (events;
                LoopbackCluster cluster = LoopbackCluster.startLinked(3, 3);
                Population population = new Population(cluster, ledger, random)) {
            findings.addAll(population.settle(CONVERGENCE));
            Random fate = new Random(seed + 1);
            Faults faults = new Faults(cluster, fate, ledger);
            if (findings.isEmpty()) {
                torment(population, faults, fate);
                findings.addAll(population.settle(CONVERGENCE));
                findings.addAll(Holdings.differences(cluster, ledger.truth()));
            }
            findings.addAll(ledger.violations());
            if (!findings.isEmpty()) {
                events.keep(cluster, population);
            }
            summarise(population, faults);
            return findings;
        }
    }

    private void torment(Population population, Faults faults, Random fate) {
        long start = System.currentTimeMillis();
        long end = start + duration.toMillis();
        long nextProgress = start + PROGRESS_MILLIS;
        Thread trouble = new Thread(() -> {
            while (System.currentTimeMillis() < end) {
                faults.step();
                Pause.millis(fate.nextInt(MAX_FAULT_PAUSE_MILLIS));
            }
            faults.mendAll();
        });
        trouble.start();
        while (System.currentTimeMillis() < end) {
            population.operate();
            Pause.millis(random.nextInt(MAX_OPERATION_PAUSE_MILLIS));
            if (System.currentTimeMillis() >= nextProgress) {
                nextProgress += PROGRESS_MILLIS;
                progress(System.currentTimeMillis() - start, population, faults);
            }
        }
        try {
            trouble.join();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private void progress(long millis, Population population, Faults faults) {
        say(String.format(
                "torture: %d s of %d, operations %d, faults %d, pushes %d, publishers %d, late moves %d, violations %d",
                millis / 1_000,
                duration.toSeconds(),
                population.operations().values().stream()
                        .mapToInt(Integer::intValue)
                        .sum(),
                faults.counts().values().stream().mapToInt(Integer::intValue).sum(),
                ledger.pushes(),
                ledger.published(),
                ledger.late(),
                ledger.violations().size()));
    }

    private void summarise(Population population, Faults faults) {
        say("torture: seed " + seed + ", " + duration.toSeconds() + " s");
        say("  operations: " + population.operations());
        say("  faults: " + faults.counts());
        say("  pushes checked: " + ledger.pushes() + ", moves that took too long: " + ledger.late());
        say("  findings: " + findings.size());
        findings.forEach(finding -> say("    " + finding));
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
