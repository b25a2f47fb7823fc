package io.slotregistry.cluster;

import io.slotregistry.runtime.EventLoop;
import io.slotregistry.runtime.Published;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest view that a node has seen. Readable from anywhere; replaced on the node's main loop, whose listeners then
 * hear of it.
 */
public final class ViewStore {
    private static final Logger LOG = LoggerFactory.getLogger(ViewStore.class);

    private final EventLoop mainLoop;
    private final Published<ClusterView> current = new Published<>(ClusterView.NONE);
    private final List<Consumer<ClusterView>> listeners = new ArrayList<>();

    public ViewStore(EventLoop mainLoop) {
        this.mainLoop = mainLoop;
    }

    public ClusterView current() {
        return current.get();
    }

    /** To be called before the node starts. */
    public void onChange(Consumer<ClusterView> listener) {
        listeners.add(listener);
    }

    /** Takes the view if it is of the same cluster and newer. Callable from anywhere. */
    public void offer(ClusterView view) {
        if (view.epoch() > current.get().epoch()) {
            mainLoop.execute(() -> take(view));
        }
    }

    private void take(ClusterView view) {
        ClusterView held = current.get();
        if (view.epoch() <= held.epoch()) {
            return;
        }
        if (!held.isNone() && !held.clusterId().equals(view.clusterId())) {
            LOG.error("event=foreign-cluster held={} offered={} action=ignored", held.clusterId(), view.clusterId());
            return;
        }
        if (!view.canSucceed(held)) {
            LOG.error("event=unbelievable-view held={} offered={} action=ignored", held.epoch(), view.epoch());
            return;
        }
        current.set(view);
        listeners.forEach(listener -> listener.accept(view));
    }
}
