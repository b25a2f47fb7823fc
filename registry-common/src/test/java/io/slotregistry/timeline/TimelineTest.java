package io.slotregistry.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.slotregistry.proto.EventRow;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.TimelineQuery;
import io.slotregistry.simulation.SimulatedClock;
import io.slotregistry.simulation.VirtualTime;
import io.slotregistry.timeline.Timeline.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final VirtualTime time = new VirtualTime(1);
    private final Timeline timeline = new Timeline(new SimulatedClock(time, 0), 4);

    @Test
    void itTellsTheLastEventsOfOneServiceInTheirOrder() {
        timeline.record(Kind.PUBLISHED, "orders", "a", 1, null);
        timeline.record(Kind.PUBLISHED, "stock", "b", 1, null);
        timeline.record(Kind.REMOVED, "orders", "a", 2, "UNPUBLISHED");
        assertThat(kinds("orders", 10)).containsExactly("published", "removed");
        assertThat(kinds("orders", 1)).containsExactly("removed");
        assertThat(kinds("nothing", 10)).isEmpty();
    }

    @Test
    void itForgetsTheOldest() {
        for (int i = 0; i < 10; i++) {
            timeline.record(Kind.PUBLISHED, "orders", "p" + i, i, null);
            time.runFor(1);
        }
        assertThat(rows("orders", 10)).extracting(EventRow::getSubject).containsExactly("p6", "p7", "p8", "p9");
        assertThat(rows("orders", 10)).extracting(EventRow::getMillis).isSorted();
    }

    private List<String> kinds(String dataInfoId, int limit) {
        return rows(dataInfoId, limit).stream().map(EventRow::getKind).toList();
    }

    private List<EventRow> rows(String dataInfoId, int limit) {
        Inspection.Builder answer = Inspection.newBuilder();
        timeline.inspect(
                TimelineQuery.newBuilder()
                        .setDataInfoId(dataInfoId)
                        .setLimit(limit)
                        .build(),
                answer);
        return answer.getEventsList();
    }
}
