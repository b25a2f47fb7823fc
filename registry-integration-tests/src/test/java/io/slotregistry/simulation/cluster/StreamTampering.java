package io.slotregistry.simulation.cluster;

import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.proto.SlotChanges;
import io.slotregistry.proto.SlotSync;
import io.slotregistry.rpc.Address;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does one wrong to the streams when told so, and writes down what else goes over them. Nobody's message is lost. */
final class StreamTampering implements Tampering {
    /** What is said beyond renews, for the reader of a failure. */
    final List<String> said = new ArrayList<>();

    static final String WRONG_APP = "another application";

    private @Nullable Wrong planned;
    private @Nullable Address victim;

    enum Wrong {
        PUBLICATION_CHANGED,
        WATCHES_LOST,
        UNWATCHES_LOST,
        CHANGES_LOST
    }

    /** Does it to the next message to the node that it can be done to. */
    void plan(Wrong wrong, SimulatedNode node) {
        planned = wrong;
        victim = node.address;
    }

    boolean isDone() {
        return planned == null;
    }

    @Override
    public Request sent(ProcessId from, Address to, Request request) {
        write(from, request);
        if (planned == null || !to.equals(victim)) {
            return request;
        }
        Request.Builder changed = request.toBuilder();
        if (request.hasSync()) {
            changed.getSyncBuilder().getSlotsBuilderList().forEach(this::harm);
        }
        if (request.hasChanges() && planned == Wrong.CHANGES_LOST) {
            changed.getChangesBuilder().getSlotsBuilderList().forEach(row -> {
                if (row.getContentsCount() > 0) {
                    row.clearContents();
                    planned = null;
                }
            });
        }
        return changed.build();
    }

    private void harm(SlotSync.Builder row) {
        if (planned == Wrong.PUBLICATION_CHANGED && row.getBatch().getPutsCount() > 0) {
            row.getBatchBuilder().getPutsBuilder(0).setAppName(WRONG_APP);
            planned = null;
        } else if (planned == Wrong.WATCHES_LOST && row.getWatchesCount() > 0) {
            row.clearWatches();
            planned = null;
        } else if (planned == Wrong.UNWATCHES_LOST && row.getUnwatchesCount() > 0) {
            row.clearUnwatches();
            planned = null;
        }
    }

    private void write(ProcessId from, Request request) {
        for (SlotSync row : request.getSync().getSlotsList()) {
            if (row.hasBatch() || row.hasSnapshot() || row.getWatchesCount() > 0 || row.getUnwatchesCount() > 0) {
                said.add(from + ": " + row);
            }
        }
        for (SlotChanges row : request.getChanges().getSlotsList()) {
            said.add(from + ": " + row);
        }
    }

    @Override
    public Reply replied(ProcessId from, Reply reply) {
        reply.getSync().getSlotsList().forEach(row -> said.add(from + " answers: " + row));
        return reply;
    }
}
