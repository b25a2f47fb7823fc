package io.slotregistry.torture;

/**
 * One publisher as the {@link Ledger} knows it, whose monitor guards it. It says {@code name@generation}; the name is
 * used once only, so that a ghost is known for what it is.
 */
final class Publication {
    final String service;
    final String name;
    final Presence owner;
    int generation;
    boolean acknowledged;
    boolean ended;
    /** The least version, of those that count, that showed it. */
    long shownSince = Long.MAX_VALUE;
    /** After it ended, the least version that did not show it. */
    long goneSince = Long.MAX_VALUE;
    /** Smaller versions do not count: they may be from before its client was away for too long. */
    long countsFrom;

    long newestVersion;
    int newestGeneration;

    Publication(String service, String name, Presence owner) {
        this.service = service;
        this.name = name;
        this.owner = owner;
    }

    String value() {
        return name + "@" + generation;
    }

    void shown(long version, int shownGeneration) {
        if (version >= countsFrom) {
            shownSince = Math.min(shownSince, version);
            if (version > newestVersion) {
                newestVersion = version;
                newestGeneration = shownGeneration;
            }
        }
    }

    void countFrom(long version) {
        countsFrom = version;
        shownSince = Long.MAX_VALUE;
        newestVersion = 0;
    }

    /** In a list of this version. */
    boolean mustBeShown(long version, long nowMillis) {
        return !ended && version > shownSince && !owner.mayBeMissed(nowMillis);
    }
}
