package io.slotregistry.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Registrations that are made without end. Each must be acknowledged and seen by every subscriber within a bound; then
 * it ends and makes room for the next ones.
 */
final class Newcomers {
    /** A client on the wire reconnects at once. */
    private static final long WIRE_LIMIT_MILLIS = 5_000;

    /** An SDK may pause for ten seconds before it reconnects when its connection ends under a request. */
    private static final long SDK_LIMIT_MILLIS = 15_000;

    private final Population population;
    private final Ledger ledger;
    private final List<Newcomer> awaited = new ArrayList<>();
    private final Map<String, Long> slowestMillis = new TreeMap<>();
    private int made;
    private int seen;

    private record Newcomer(App app, Publication publication, long madeMillis) {
        String kind() {
            return app instanceof SdkApp ? "SDK" : "wire";
        }

        long limitMillis() {
            return app instanceof SdkApp ? SDK_LIMIT_MILLIS : WIRE_LIMIT_MILLIS;
        }
    }

    Newcomers(Population population, Ledger ledger) {
        this.population = population;
        this.ledger = ledger;
    }

    void register() {
        App app = population.member(made);
        awaited.add(new Newcomer(app, app.publish(population.service(made)), System.currentTimeMillis()));
        made++;
    }

    /** Sends off those that everybody has seen, and complains of those that are late. */
    void check() {
        long now = System.currentTimeMillis();
        awaited.removeIf(newcomer -> {
            List<String> waiting = ledger.waiting(newcomer.publication);
            long millis = now - newcomer.madeMillis;
            if (waiting.isEmpty()) {
                welcome(newcomer, millis);
            } else if (millis > newcomer.limitMillis()) {
                ledger.violated("C5", newcomer.publication.name + " was registered " + millis + " ms ago: " + waiting);
            } else {
                return false;
            }
            return true;
        });
    }

    /** Unless somebody else has ended it. */
    private void welcome(Newcomer newcomer, long millis) {
        if (newcomer.app.publications().contains(newcomer.publication)) {
            seen++;
            slowestMillis.merge(newcomer.kind(), millis, Math::max);
            newcomer.app.unpublish(newcomer.publication);
        }
    }

    boolean isAnyAwaited() {
        return !awaited.isEmpty();
    }

    int seen() {
        return seen;
    }

    /** From the call to the last subscriber, by kind of client. */
    Map<String, Long> slowestMillis() {
        return slowestMillis;
    }
}
