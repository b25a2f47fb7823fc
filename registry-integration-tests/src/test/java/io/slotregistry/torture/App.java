package io.slotregistry.torture;

import java.util.List;

/** A client that publishes and subscribes. It reports what it does and sees to the {@link Ledger}. */
interface App extends AutoCloseable {
    Publication publish(String service);

    void republish(Publication publication);

    void unpublish(Publication publication);

    /** Ends its connection and goes on with the next session. */
    void move();

    /** Ends its connection without a word and stays away. */
    void leave();

    void comeBack();

    boolean isAway();

    List<Publication> publications();

    @Override
    void close();
}
