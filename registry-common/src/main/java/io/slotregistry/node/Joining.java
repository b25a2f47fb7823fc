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
     * @param trouble what is in the way, as of now
     * @throws StartupException when it takes longer or cannot be
     */
    public void await(long timeoutMillis, Supplier<String> trouble) {
        try {
            joined.get(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException tooLong) {
            throw new StartupException("this node has not joined a cluster within " + timeoutMillis + " ms ("
                    + trouble.get() + "): start a meta server, or correct registry.metas");
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
