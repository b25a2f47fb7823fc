package io.slotregistry.data.slot;

import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.ServiceQuery;
import java.util.Comparator;

/** The data of a slot as they are shown to operators. */
final class DatumRows {
    private DatumRows() {}

    static void add(Merge merge, boolean leader, Inspect question, Inspection.Builder answer) {
        if (question.hasServices()) {
            services(merge, leader, question.getServices(), answer);
        } else if (question.hasService()) {
            Datum datum = merge.get(question.getService());
            if (datum != null) {
                answer.addServices(datum.row(leader));
                datum.visible().forEach(entry -> answer.addPublishers(entry.row()));
            }
        }
    }

    private static void services(Merge merge, boolean leader, ServiceQuery query, Inspection.Builder answer) {
        merge.data().stream()
                .filter(datum -> datum.size() > 0 || !datum.watchers().isEmpty())
                .filter(datum -> datum.dataInfoId().startsWith(query.getPrefix())
                        && datum.dataInfoId().compareTo(query.getAfter()) > 0)
                .sorted(Comparator.comparing(Datum::dataInfoId))
                .limit(query.getLimit())
                .forEach(datum -> answer.addServices(datum.row(leader)));
    }
}
