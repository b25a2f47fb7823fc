package io.slotregistry.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Registrations that are made without end. Each must be acknowledged and seen by every subscriber within the patience
 * of its own client and of those that wait; then it ends and makes room for the next ones. Belongs to one thread, but
 * for what others may ask.
 */
final class Newcomers {
    private final Population population;
    private final Ledger ledger;
    private final List<Newcomer> awaited = new ArrayList<>();
    private final Map<String, Long> slowestMillis = new TreeMap<>();
    private int seen;
    private volatile int made;
    private volatile int newestSeen;

    private record Newcomer(int number, App app, Publication publication, long madeMillis) {
        String kind() {
            return app instanceof SdkApp ? "SDK" : "wire";
        }

        /** Nobody sees it before its own client is back. */
        long limitMillis(Presence waiting) {
            return Math.max(publication.owner.patienceMillis, waiting.patienceMillis);
        }
    }

    Newcomers(Population population, Ledger ledger) {
        this.population = population;
        this.ledger = ledger;
    }

    void register() {
        App app = population.member(made);
        Publication publication = app.publish(population.service(made));
        int number = made + 1;
        awaited.add(new Newcomer(number, app, publication, System.currentTimeMillis()));
        made = number;
    }

    /** Sends off those that everybody has seen, and complains of those that are late. */
    void check() {
        long now = System.currentTimeMillis();
        awaited.removeIf(newcomer -> {
            Set<Presence> waiting = ledger.waiting(newcomer.publication);
            long millis = now - newcomer.madeMillis;
            if (waiting.isEmpty()) {
                welcome(newcomer, millis);
            } else if (waiting.stream().anyMatch(client -> millis > newcomer.limitMillis(client))) {
                ledger.violated(
                        "C5", newcomer.publication.name + " was registered " + millis + " ms ago, for " + waiting);
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
            newestSeen = Math.max(newestSeen, newcomer.number);
            slowestMillis.merge(newcomer.kind(), millis, Math::max);
            newcomer.app.unpublish(newcomer.publication);
        }
    }

    boolean isAnyAwaited() {
        return !awaited.isEmpty();
    }

    /** How many were registered so far; any thread may ask. */
    int made() {
        return made;
    }

    /** Whether all see one that was registered later than so many others; any thread may ask. */
    boolean isAnySeenAfter(int others) {
        return newestSeen > others;
    }

    int seen() {
        return seen;
    }

    /** From the call to the last subscriber, by kind of client. */
    Map<String, Long> slowestMillis() {
        return slowestMillis;
    }
}
