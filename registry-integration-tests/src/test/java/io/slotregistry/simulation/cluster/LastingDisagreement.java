package io.slotregistry.simulation.cluster;

import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Content;
import io.slotregistry.proto.Publication;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.proto.SyncReply;
import io.slotregistry.rpc.Address;
import io.slotregistry.slot.Renews;
import java.util.EnumMap;
import java.util.Map;

/**
 * Something about one service arrives wrong each time that it is said, so that no repair ever helps: as when two
 * servers do not hash a name alike.
 */
final class LastingDisagreement implements Tampering {
    private final Map<What, Integer> repairs = new EnumMap<>(What.class);
    private final String dataInfoId;
    private final What what;
    private boolean on;

    enum What {
        /** The mirrors of its slot differ from what its session says. */
        PUBLICATIONS,
        /** What leaders tell of it has another digest. */
        CONTENTS,
        /** What the session is thought to watch in its slot. */
        WATCHES
    }

    LastingDisagreement(What what, String service) {
        this.what = what;
        this.dataInfoId = SimulatedClient.dataInfoId(service);
    }

    void begin() {
        on = true;
        repairs.clear();
    }

    void end() {
        on = false;
    }

    /** Snapshots with it, or how often it was asked about. */
    int repairs() {
        return repairs.getOrDefault(what, 0);
    }

    @Override
    public Request sent(ProcessId from, Address to, Request request) {
        if (!on) {
            return request;
        }
        Request.Builder changed = request.toBuilder();
        if (request.hasSync()) {
            changed.setSync(Renews.unpack(request.getSync()));
            changed.getSyncBuilder().getSlotsBuilderList().forEach(this::harm);
        }
        if (request.hasChanges()) {
            for (SlotChanges.Builder row : changed.getChangesBuilder().getSlotsBuilderList()) {
                row.getContentsBuilderList().forEach(this::harm);
            }
        }
        return changed.build();
    }

    @Override
    public Reply replied(ProcessId from, Reply reply) {
        if (!on || !reply.hasSync()) {
            return reply;
        }
        SyncReply.Builder changed = reply.getSync().toBuilder();
        changed.getSlotsBuilderList()
                .forEach(row -> row.getContentsBuilderList().forEach(this::harm));
        return reply.toBuilder().setSync(changed).build();
    }

    private void harm(SlotSync.Builder row) {
        boolean asked = row.getWatchesList().stream()
                .anyMatch(watch -> watch.getDataInfoId().equals(dataInfoId));
        if (asked) {
            count(What.CONTENTS);
            count(What.WATCHES);
        }
        if (what == What.WATCHES && row.hasRenew() && row.getRenew().getWatchCount() > 0) {
            row.getRenewBuilder().setWatchDigest(~row.getRenew().getWatchDigest());
        }
        if (what == What.PUBLICATIONS && row.hasBatch()) {
            row.getBatchBuilder().getPutsBuilderList().forEach(this::harm);
        }
        if (what == What.PUBLICATIONS && row.hasSnapshot()) {
            for (Publication.Builder publication : row.getSnapshotBuilder().getPublicationsBuilderList()) {
                if (harm(publication)) {
                    count(What.PUBLICATIONS);
                }
            }
        }
    }

    private boolean harm(Publication.Builder publication) {
        boolean harms = publication.getDataInfoId().equals(dataInfoId);
        if (harms) {
            publication.setAppName(StreamTampering.WRONG_APP);
        }
        return harms;
    }

    private void harm(Content.Builder content) {
        if (what == What.CONTENTS && content.getDataInfoId().equals(dataInfoId)) {
            content.setDigestLow(~content.getDigestLow());
        }
    }

    private void count(What repaired) {
        repairs.merge(repaired, 1, Integer::sum);
    }
}
