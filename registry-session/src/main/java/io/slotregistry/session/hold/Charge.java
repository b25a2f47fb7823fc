package io.slotregistry.session.hold;

import io.slotregistry.runtime.ByteBudget;

/** The bytes that one holder of something has counted in a share. Belongs to the loop of the holder. */
public final class Charge {
    private final ByteBudget share;
    private long bytes;

    public Charge(ByteBudget share) {
        this.share = share;
    }

    public void add(long more) {
        share.add(more);
        bytes += more;
    }

    /** From here on it is as many as that. */
    public void set(long now) {
        long before = bytes;
        bytes = now;
        if (now >= before) {
            share.add(now - before);
        } else {
            share.giveBack(before - now);
        }
    }

    /** Nothing is held any more. */
    public void release() {
        set(0);
    }

    public void subtract(long fewer) {
        set(bytes - fewer);
    }
}
