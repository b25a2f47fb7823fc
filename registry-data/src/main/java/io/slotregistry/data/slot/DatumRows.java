package io.slotregistry.data.slot;

import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.ServiceQuery;
import java.util.Comparator;
import java.util.Map;

/** The data of a slot as they are shown to operators. */
final class DatumRows {
    private DatumRows() {}

    static void add(Map<String, Datum> data, Inspect question, Inspection.Builder answer) {
        if (question.hasServices()) {
            services(data, question.getServices(), answer);
        } else if (question.hasService()) {
            Datum datum = data.get(question.getService());
            if (datum != null) {
                answer.addServices(datum.row());
                datum.visible().forEach(entry -> answer.addPublishers(entry.row()));
            }
        }
    }

    private static void services(Map<String, Datum> data, ServiceQuery query, Inspection.Builder answer) {
        data.values().stream()
                .filter(datum -> datum.size() > 0 || !datum.watchers().isEmpty())
                .filter(datum -> datum.dataInfoId().startsWith(query.getPrefix())
                        && datum.dataInfoId().compareTo(query.getAfter()) > 0)
                .sorted(Comparator.comparing(Datum::dataInfoId))
                .limit(query.getLimit())
                .forEach(datum -> answer.addServices(datum.row()));
    }
}
