package io.slotregistry.simulation.cluster;

import io.slotregistry.simulation.cluster.SimulatedClient.Publisher;
import io.slotregistry.simulation.cluster.SimulatedCluster.Layout;
import io.slotregistry.simulation.cluster.SimulatedCluster.Settings;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * One seed: a time of random operations and faults, then everything is healed and must agree within a bound, and a few
 * more operations must be seen within theirs.
 */
final class ChaosRun {
    private static final int STEPS = 120;
    private static final int INTRUDED_EACH_SEEDS = 2;
    private static final int STORM_EACH_SEEDS = 8;
    private static final int COLD_START_EACH_SEEDS = 4;

    final SimulatedCluster cluster;
    final Faults faults;
    private final long seed;
    private final Settings settings;
    private final Violations violations;
    private final PushInvariants pushes;
    private final Workload workload;
    private final OwnershipInvariant ownership;
    private final ViewInvariant views;
    private final Intruders intruders;

    ChaosRun(long seed) {
        this(seed, Tampering.NONE);
    }

    ChaosRun(long seed, Tampering tampering) {
        this.seed = seed;
        this.settings = TightLimits.of(seed, Settings.DEFAULTS);
        this.cluster = new SimulatedCluster(
                seed, new Layout(3, 2 + (int) (seed % 3), 2 + (int) (seed / 3 % 2)), settings, tampering);
        this.violations = new Violations(cluster.time);
        this.pushes = new PushInvariants(violations, mirrorsMillis());
        this.workload = new Workload(cluster, pushes, violations);
        this.faults = new Faults(cluster, violations);
        this.ownership = new OwnershipInvariant(cluster, violations);
        this.intruders = new Intruders(seed, cluster, workload, violations);
        this.views = new ViewInvariant(cluster, violations);
    }

    /** Empty when all invariants hold, else what was violated. */
    String run() {
        cluster.ready();
        // Invariants are checked while clients stay where they are.
        new SimulatedOperator(cluster).set("rebalance.per-second", "0", "");
        cluster.observe(pushes);
        pushes.onShown(intruders::shown);
        workload.begin();
        cluster.time.runFor(2_000);
        SplittableRandom random = cluster.time.random();
        for (int step = 0; step < STEPS && violations.isEmpty(); step++) {
            workload.operate();
            if (seed % INTRUDED_EACH_SEEDS == 0) {
                intruders.look();
                intruders.act();
            }
            if (random.nextInt(6) == 0) {
                faults.inject();
            }
            cluster.time.runFor(random.nextInt(20, 500));
            ownership.look();
            views.look();
        }
        faults.heal();
        intruders.end();
        cluster.time.runFor(convergenceMillis());
        new RestInvariants(cluster, workload, violations).check();
        checkBounds();
        new GuardInvariant(cluster, workload, violations).check();
        if (seed % STORM_EACH_SEEDS == 0 && violations.isEmpty()) {
            new BoundsInvariant(cluster, violations).check();
        }
        checkExactness();
        if (seed % COLD_START_EACH_SEEDS == 1 && violations.isEmpty()) {
            new ColdStartInvariant(cluster, violations).check();
        }
        return violations.isEmpty() ? "" : "seed " + seed + ": " + violations;
    }

    /** Whatever is lost, late or repeated: a mirror may lag behind its session, but it never differs from it. */
    private void checkExactness() {
        long mismatches =
                cluster.datas.stream().mapToLong(SimulatedNode::mismatchesFound).sum();
        if (violations.isEmpty() && mismatches > 0) {
            violations.add("EXACT", mismatches + " mirrors were found to differ from their session");
        }
    }

    /**
     * A lease of meta; then either the handover time of the sessions that it covered, or two leases of their mirrors
     * and the sweep that finds them over and the time for which their losses may be held, or the time until a new
     * replica trusts in a service to be empty; then the longest pause of a sender and of a client, a push that times
     * out, and a renew period to find what is left.
     */
    private long convergenceMillis() {
        long trust = Math.max(
                settings.data().trustEmptyAfterMillis(), settings.meta().handoverMillis());
        return settings.meta().leaseMillis()
                + Math.max(mirrorsMillis(), trust)
                + 2_000
                + settings.session().push().timeoutMillis()
                + settings.session().renewMillis() * 5 / 4;
    }

    private long mirrorsMillis() {
        return settings.data().mirrorLeaseMillis() * 9 / 4
                + settings.data().guard().holdMillis();
    }

    /** C5 and C4: with nothing wrong, news travels at once, and a lost connection as soon as the grace time is over. */
    private void checkBounds() {
        // One that has nothing else, so that its end is not the loss of most publishers of a service.
        SimulatedClient client = cluster.client();
        Publisher stays = workload.publish(client, "service-0");
        Publisher goes = workload.publish(client, "service-1");
        within("C5", "an addition", visibleMillis(), () -> everybodySees(stays, true) && everybodySees(goes, true));
        workload.unpublish(goes);
        within("C4", "an unpublication", visibleMillis(), () -> everybodySees(goes, false));
        workload.close(client);
        long grace = settings.session().graceMillis(1);
        within("C4", "a lost connection", grace + visibleMillis(), () -> everybodySees(stays, false));
    }

    /** A few hops through a calm network; services this small are never collected before they are pushed. */
    private long visibleMillis() {
        return 50;
    }

    private void within(String invariant, String what, long millis, BooleanSupplier seen) {
        if (violations.isEmpty() && !cluster.time.runUntil(seen, millis)) {
            violations.add(invariant, what + " was not seen within " + millis + " ms");
        }
    }

    private boolean everybodySees(Publisher publisher, boolean visible) {
        for (SimulatedClient client : workload.open()) {
            for (SimulatedClient.Subscriber subscriber : client.subscribers()) {
                if (subscriber.dataInfoId.equals(publisher.dataInfoId)
                        && subscriber.sees().contains(publisher.data()) != visible) {
                    return false;
                }
            }
        }
        return true;
    }
}
