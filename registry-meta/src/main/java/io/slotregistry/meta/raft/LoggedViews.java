package io.slotregistry.meta.raft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.error.RaftException;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotReader;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import com.google.protobuf.InvalidProtocolBufferException;
import io.slotregistry.cluster.ClusterView;
import io.slotregistry.meta.log.ReplicatedLog;
import io.slotregistry.proto.ViewEntry;
import io.slotregistry.rpc.Address;
import io.slotregistry.runtime.Published;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies views in the order of the log. Called by JRaft's apply thread only. */
final class LoggedViews extends StateMachineAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedViews.class);
    private static final String SNAPSHOT_FILE = "view";
    /** An entry is a whole view, tens of kilobytes in a large cluster. */
    private static final int ENTRIES_PER_SNAPSHOT = 256;

    private final ReplicatedLog.Listener listener;
    private final MemberDirectory home;
    private final Address self;
    private final Supplier<@Nullable Node> node;
    private final Consumer<RaftException> failed;
    private final Published<ClusterView> current = new Published<>(ClusterView.NONE);
    private int entriesSinceSnapshot;

    /**
     * @param node that these are the views of, null until it has started
     * @param failed told once that the node does nothing any more
     */
    LoggedViews(
            ReplicatedLog.Listener listener,
            MemberDirectory home,
            Address self,
            Supplier<@Nullable Node> node,
            Consumer<RaftException> failed) {
        this.listener = listener;
        this.home = home;
        this.self = self;
        this.node = node;
        this.failed = failed;
    }

    @Override
    public void onApply(Iterator entries) {
        while (entries.hasNext()) {
            ByteBuffer data = entries.getData();
            if (data != null) {
                take(parse(data));
            }
            Closure done = entries.done();
            if (done != null) {
                done.run(Status.OK());
            }
            entries.next();
            entriesSinceSnapshot++;
        }
        Node running = node.get();
        if (entriesSinceSnapshot >= ENTRIES_PER_SNAPSHOT && running != null) {
            entriesSinceSnapshot = 0;
            running.snapshot(status -> LOG.debug("event=snapshot status=\"{}\"", status));
        }
    }

    /** Said of changes only, not of the first members. */
    @Override
    public void onConfigurationCommitted(Configuration committed) {
        LOG.info("event=members members={}", committed);
        if (committed.contains(JRaftLog.peerOf(self))) {
            home.isAt(self.toString());
        }
    }

    @Override
    public void onLeaderStart(long term) {
        // Only now the log has the members with which this one was elected.
        home.isAt(self.toString());
        listener.leadership(true);
    }

    @Override
    public void onLeaderStop(Status status) {
        listener.leadership(false);
    }

    @Override
    public void onError(RaftException error) {
        failed.accept(error);
    }

    @Override
    public void onSnapshotSave(SnapshotWriter writer, Closure done) {
        try {
            Files.write(
                    Path.of(writer.getPath(), SNAPSHOT_FILE),
                    current.get().toProto().toByteArray());
            boolean added = writer.addFile(SNAPSHOT_FILE);
            done.run(added ? Status.OK() : new Status(RaftError.EIO, "snapshot file not added"));
        } catch (IOException failed) {
            done.run(new Status(RaftError.EIO, "snapshot not written: %s", failed.getMessage()));
        }
    }

    @Override
    public boolean onSnapshotLoad(SnapshotReader reader) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of(reader.getPath(), SNAPSHOT_FILE));
            ClusterView view = ClusterView.fromProto(io.slotregistry.proto.ClusterView.parseFrom(bytes));
            if (!view.isNone()) {
                become(view);
            }
            return true;
        } catch (IOException failed) {
            LOG.error("event=snapshot-unreadable reason=\"{}\"", failed.getMessage());
            return false;
        }
    }

    /** Of proposals to replace the same epoch the first wins. */
    private void take(ViewEntry entry) {
        ClusterView next = ClusterView.fromProto(entry.getView());
        if (entry.getReplaced() == current.get().epoch() && next.epoch() > entry.getReplaced()) {
            become(next);
        }
    }

    private void become(ClusterView view) {
        if (current.get().isNone()) {
            home.belongsTo(view.clusterId());
        }
        current.set(view);
        listener.applied(view);
    }

    private ViewEntry parse(ByteBuffer data) {
        try {
            return ViewEntry.parseFrom(data);
        } catch (InvalidProtocolBufferException corrupt) {
            throw new UncheckedIOException(corrupt);
        }
    }
}
