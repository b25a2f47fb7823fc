package io.slotregistry.node;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits at start-up until the node knows its cluster. */
public final class Joining {
    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);

    private static final long FIRST_WORD_MILLIS = 3_000;
    private static final long FURTHER_WORD_MILLIS = 60_000;

    private final CompletableFuture<Void> joined = new CompletableFuture<>();

    /** Callable from anywhere. */
    public void joined() {
        joined.complete(null);
    }

    public boolean isJoined() {
        return joined.isDone() && !joined.isCompletedExceptionally();
    }

    /** Another node has another cluster key. Ends the start-up; later it is only logged. */
    void keyRejected(String reason) {
        String message = reason + ": give all nodes the same registry.cluster-key";
        if (!joined.completeExceptionally(new StartupException(message)) && isJoined()) {
            LOG.warn("event=cluster-key-mismatch reason=\"{}\"", reason);
        }
    }

    /**
     * Waits as long as it takes, and says for what: a cluster may be started in any order, and time cures a meta server
     * that is down.
     *
     * @param trouble what is in the way, as of now
     * @throws StartupException when it cannot be: the cluster has another key
     */
    public void await(Supplier<String> trouble) {
        long waitMillis = FIRST_WORD_MILLIS;
        while (true) {
            try {
                joined.get(waitMillis, TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException notYet) {
                LOG.warn(
                        "event=waiting-for-cluster trouble=\"{}\" remedy=\"if it lasts, start a meta server or correct"
                                + " registry.metas\"",
                        trouble.get());
                waitMillis = FURTHER_WORD_MILLIS;
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof StartupException startup
                        ? startup
                        : new IllegalStateException(failed.getCause());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new StartupException("interrupted while waiting for the cluster");
            }
        }
    }
}
