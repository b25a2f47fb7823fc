package io.slotregistry.data.slot;

import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.ServiceQuery;
import io.slotregistry.proto.ServiceRow;
import java.util.Comparator;

/** The data of a slot as they are shown to operators. */
final class DatumRows {
    private DatumRows() {}

    static void add(Merge merge, boolean leader, Inspect question, Inspection.Builder answer) {
        if (question.hasServices()) {
            if (leader) {
                services(merge, question.getServices(), answer);
            }
        } else if (question.hasService()) {
            Datum datum = merge.get(question.getService());
            if (datum != null) {
                answer.addServices(row(merge, datum, leader));
                long limit = question.getLimit() > 0 ? question.getLimit() : Long.MAX_VALUE;
                datum.listed().stream().limit(limit).forEach(entry -> answer.addPublishers(entry.row()));
            }
        }
    }

    private static void services(Merge merge, ServiceQuery query, Inspection.Builder answer) {
        merge.data().stream()
                .filter(datum -> datum.size() > 0 || !datum.watchers().isEmpty())
                .filter(datum -> datum.dataInfoId().startsWith(query.getPrefix())
                        && datum.dataInfoId().compareTo(query.getAfter()) > 0
                        && (query.getBefore().isEmpty() || datum.dataInfoId().compareTo(query.getBefore()) < 0))
                .sorted(Comparator.comparing(Datum::dataInfoId))
                .limit(query.getLimit())
                .forEach(datum -> answer.addServices(row(merge, datum, true)));
    }

    private static ServiceRow row(Merge merge, Datum datum, boolean leader) {
        return ServiceRow.newBuilder()
                .setDataInfoId(datum.dataInfoId())
                .setVersion(datum.version())
                .setPublishers(datum.size())
                .setWatchingSessions(datum.watchers().size())
                .setLeader(leader)
                .setHeld(merge.guard().heldOf(datum))
                .build();
    }
}
