package io.slotregistry.simulation.cluster;

import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Batch;
import io.slotregistry.proto.Cause;
import io.slotregistry.proto.ClusterView;
import io.slotregistry.proto.Content;
import io.slotregistry.proto.Removal;
import io.slotregistry.proto.Renew;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.proto.Slot;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.proto.SlotReply;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.SnapshotChunk;
import io.slotregistry.proto.Sync;
import io.slotregistry.proto.Watch;
import io.slotregistry.rpc.Address;
import io.slotregistry.slot.Renews;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Planted bugs in what nodes say to each other. */
final class MessageBugs {
    private MessageBugs() {}

    /** The sender of a message that failed waits for ever. */
    static final class HiddenFailures implements Tampering {
        @Override
        public boolean hidesFailures() {
            return true;
        }
    }

    /** Removals of lost clients do not reach data servers. */
    static final class NoRemovals implements Tampering {
        @Override
        public Request sent(ProcessId from, Address to, Request request) {
            return eachBatch(request, batch -> {
                List<Removal> kept = batch.getRemovalsList().stream()
                        .filter(removal -> removal.getCause() != Cause.CONNECTION_LOST)
                        .toList();
                batch.clearRemovals().addAllRemovals(kept);
            });
        }
    }

    /** One batch in ten arrives without its publications, and nobody sends a snapshot when the digests differ. */
    static final class LostEntries implements Tampering {
        private int batches;

        @Override
        public Request sent(ProcessId from, Address to, Request request) {
            return eachBatch(request, batch -> {
                if (++batches % 10 == 0) {
                    batch.clearPuts();
                }
            });
        }

        @Override
        public Reply replied(ProcessId from, Reply reply) {
            return eachAnswer(reply, SlotReply.Builder::clearWantSnapshot);
        }
    }

    /** A batch that ends before an earlier one is taken for late, even if it is a part of what came since. */
    static final class DroppedParts implements Tampering {
        private final Map<String, Long> seqs = new HashMap<>();

        @Override
        public Request received(ProcessId from, ProcessId to, Request request) {
            return eachRow(request, row -> {
                String mirror = from + ">" + to + row.getSlot();
                long toSeq = row.hasBatch()
                        ? row.getBatch().getToSeq()
                        : row.getSnapshot().getSeq();
                if (row.hasBatch() && toSeq < seqs.getOrDefault(mirror, 0L)) {
                    row.clearBatch();
                } else if (row.hasBatch() || row.hasSnapshot()) {
                    seqs.merge(mirror, toSeq, Math::max);
                }
            });
        }
    }

    /** One watch in ten is lost, and nobody repeats them when the digests differ. */
    static final class LostWatches implements Tampering {
        private int watches;

        @Override
        public Request sent(ProcessId from, Address to, Request request) {
            return eachRow(request, row -> {
                List<Watch> kept = row.getWatchesList().stream()
                        .filter(watch -> ++watches % 10 != 0)
                        .toList();
                row.clearWatches().addAllWatches(kept);
            });
        }

        @Override
        public Reply replied(ProcessId from, Reply reply) {
            return eachAnswer(reply, SlotReply.Builder::clearWantWatches);
        }
    }

    /** One change in ten shows what the service looked like at first, at the version of now. */
    static final class OldContents implements Tampering {
        private final Map<String, Content> first = new HashMap<>();
        private int contents;

        @Override
        public Request sent(ProcessId from, Address to, Request request) {
            if (!request.hasChanges()) {
                return request;
            }
            Request.Builder changed = request.toBuilder();
            for (SlotChanges.Builder row : changed.getChangesBuilder().getSlotsBuilderList()) {
                List<Content> old = new ArrayList<>();
                row.getContentsList().forEach(content -> old.add(age(content)));
                row.clearContents().addAllContents(old);
            }
            return changed.build();
        }

        private Content age(Content content) {
            if (content.getBaseVersion() == 0) {
                first.putIfAbsent(content.getDataInfoId(), content);
            }
            Content before = first.get(content.getDataInfoId());
            return before == null || ++contents % 10 != 0
                    ? content
                    : before.toBuilder().setVersion(content.getVersion()).build();
        }
    }

    /** Leaders do not learn which versions there were before them. */
    static final class ForgottenVersions implements Tampering {
        @Override
        public Request sent(ProcessId from, Address to, Request request) {
            if (!request.hasSync()) {
                return request;
            }
            Request.Builder changed = eachRow(request, row -> {
                        for (Watch.Builder watch : row.getWatchesBuilderList()) {
                            watch.clearVersion().clearDigestHigh().clearDigestLow();
                        }
                    })
                    .toBuilder();
            changed.getSyncBuilder().clearClock();
            return changed.build();
        }
    }

    /** A new mirror is said to be exact although it is empty; a later renew finds out. */
    static final class FalseConfirmations implements Tampering {
        private static final int LIES = 3;

        private final Map<String, Integer> told = new HashMap<>();

        @Override
        public Request sent(ProcessId from, Address to, Request request) {
            return eachRow(request, row -> {
                String mirror = from + ">" + to + row.getSlot() + request.getEpoch();
                if (row.hasSnapshot() && !told.containsKey(mirror)) {
                    SnapshotChunk.Builder empty = row.getSnapshotBuilder();
                    empty.setIndex(0).setLast(true).clearPublications();
                    row.setRenew(Renew.newBuilder().setSeq(empty.getSeq()));
                    told.put(mirror, 1);
                } else if (row.hasRenew() && told.getOrDefault(mirror, LIES) < LIES) {
                    row.getRenewBuilder().clearCount().clearDigestHigh().clearDigestLow();
                    told.merge(mirror, 1, Integer::sum);
                }
            });
        }
    }

    /** Data servers see themselves as leaders of all slots that they replicate, and take any renew for an answer. */
    static final class EverybodyLeads implements Tampering {
        @Override
        public Request sent(ProcessId from, Address to, Request request) {
            return eachRow(request, row -> {
                if (row.hasRenew()) {
                    row.getRenewBuilder().setChangeSeq(Long.MAX_VALUE);
                }
            });
        }

        @Override
        public Request received(ProcessId to, Request request) {
            return request.hasView() && to.node().role() == Role.DATA
                    ? request.toBuilder().setView(ledBy(to, request.getView())).build()
                    : request;
        }

        private ClusterView ledBy(ProcessId process, ClusterView view) {
            ClusterView.Builder changed = view.toBuilder();
            int self = view.getDataNodesList().indexOf(process.node().name()) + 1;
            for (Slot.Builder slot : changed.getSlotsBuilderList()) {
                if (self > 0 && slot.getFollowersList().contains(self)) {
                    List<Integer> others = new ArrayList<>(slot.getFollowersList());
                    others.remove(Integer.valueOf(self));
                    others.add(slot.getLeader());
                    slot.setLeader(self).clearFollowers().addAllFollowers(others);
                }
            }
            return changed.build();
        }
    }

    /** What sessions are told has two slots mixed up. */
    static final class OtherTables implements Tampering {
        @Override
        public Request received(ProcessId to, Request request) {
            ClusterView view = request.getView();
            if (view.getSlotsCount() < 2 || to.node().role() != Role.SESSION) {
                return request;
            }
            ClusterView.Builder other =
                    view.toBuilder().setSlots(0, view.getSlots(1)).setSlots(1, view.getSlots(0));
            return request.toBuilder().setView(other).build();
        }
    }

    /** Data servers cannot tell what was unpublished from what was lost, nor at which version. */
    static final class UnpublishedLikeLost implements Tampering {
        @Override
        public Request sent(ProcessId from, Address to, Request request) {
            return eachBatch(request, batch -> {
                for (Removal.Builder removal : batch.getRemovalsBuilderList()) {
                    removal.setCause(Cause.CONNECTION_LOST).clearVersion();
                }
            });
        }
    }

    private static Request eachRow(Request request, Consumer<SlotSync.Builder> change) {
        if (!request.hasSync()) {
            return request;
        }
        Sync.Builder sync = Renews.unpack(request.getSync()).toBuilder();
        sync.getSlotsBuilderList().forEach(change);
        return request.toBuilder().setSync(sync).build();
    }

    private static Request eachBatch(Request request, Consumer<Batch.Builder> change) {
        return eachRow(request, row -> {
            if (row.hasBatch()) {
                change.accept(row.getBatchBuilder());
            }
        });
    }

    private static Reply eachAnswer(Reply reply, Consumer<SlotReply.Builder> change) {
        if (!reply.hasSync()) {
            return reply;
        }
        Reply.Builder changed = reply.toBuilder();
        changed.getSyncBuilder().getSlotsBuilderList().forEach(change);
        return changed.build();
    }
}
