package io.slotregistry.timeline;

import com.google.common.collect.Lists;
import io.slotregistry.proto.EventRow;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.TimelineQuery;
import io.slotregistry.runtime.Limit;
import io.slotregistry.runtime.Limits;
import io.slotregistry.runtime.NodeClock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The last events of one loop, so that operators can ask why somebody vanished and who was told. A ring of fixed size;
 * recording allocates nothing. Belongs to that loop.
 */
public final class Timeline {
    private final NodeClock clock;
    private final Event[] ring;
    private final Limits limits;
    private long recorded;

    /** @param capacity number of events that are remembered */
    public Timeline(NodeClock clock, int capacity) {
        this(clock, capacity, new Limits());
    }

    /** @param limits told when the ring has gone round */
    public Timeline(NodeClock clock, int capacity, Limits limits) {
        this.clock = clock;
        this.limits = limits;
        this.ring = new Event[capacity];
        Arrays.setAll(ring, i -> new Event());
    }

    /** What may have happened; what the subject, the number and the detail of an event are. */
    public enum Kind {
        /** Data: registerId, the client's version, the session process that has it. */
        PUBLISHED,
        /** Data: registerId, the client's version, the session process: the connection closed, the grace time runs. */
        CONNECTION_LOST,
        /** Data: registerId, the client's version, why the session process does not have it any more. */
        REMOVED,
        /** Data: registerId, the client's version, the registerId of a new publisher of the same content and host. */
        SUPERSEDED,
        /** Data: registerId, the client's version, its address, which operators have blocked: it is shown to nobody. */
        BLOCKED,
        /** Data: registerId, the client's version, its address, which is blocked no longer. */
        UNBLOCKED,
        /** Data: registerId, the client's version, its address: it waits, as a client at another address owns it. */
        WAITING,
        /** Data: the service's losses and publishers, how long they are held in milliseconds. */
        LOSSES_HELD,
        /** Data: the reason, the number of publishers that are not shown any longer. */
        LOSSES_RELEASED,
        /** Data: number of publishers, the version that subscribers will see. */
        CHANGED,
        /** Data: session process, the version that it is told. */
        TOLD,
        /** Data: session process that ended. */
        SESSION_EXPIRED,
        /** Meta: the process, its address. */
        JOINED,
        /** Meta: the process, why. */
        LEFT,
        /** Meta: number of members, the epoch of the view. */
        VIEW,
        /** Session: registerId, the client's version, its address. */
        REGISTERED,
        /** Session: registerId, the client's version, its address. */
        UNREGISTERED,
        /** Session: registerId, the client's version: the grace time is over. */
        EXPIRED,
        /** Session: number of publishers, the version that the leader told. */
        HEARD,
        /** Session: client address, version. */
        PUSHED,
        /** Session: client address, version. */
        ACKNOWLEDGED,
        /** Session: client address, version, reason. */
        PUSH_FAILED;

        public String lowerName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * @param dataInfoId empty when it concerns the node as a whole
     * @param subject see {@link Kind}
     * @param detail shown as text when somebody asks
     */
    public void record(Kind kind, String dataInfoId, Object subject, long number, @Nullable Object detail) {
        if (recorded > 0 && recorded % ring.length == 0) {
            limits.reached(Limit.TIMELINE);
        }
        Event event = ring[(int) (recorded++ % ring.length)];
        event.wallMillis = clock.wallMillis();
        event.kind = kind;
        event.dataInfoId = dataInfoId;
        event.subject = subject;
        event.number = number;
        event.detail = detail;
    }

    /** Adds the last events that the query asks for, the oldest first. */
    public void inspect(TimelineQuery query, Inspection.Builder answer) {
        List<EventRow> rows = new ArrayList<>();
        long oldest = Math.max(0, recorded - ring.length);
        for (long i = recorded - 1; i >= oldest && rows.size() < query.getLimit(); i--) {
            Event event = ring[(int) (i % ring.length)];
            if (event.dataInfoId.equals(query.getDataInfoId())) {
                rows.add(event.row());
            }
        }
        answer.addAllEvents(Lists.reverse(rows));
    }

    private static final class Event {
        private long wallMillis;
        private Kind kind = Kind.PUBLISHED;
        private String dataInfoId = "";
        private Object subject = "";
        private long number;
        private @Nullable Object detail;

        private EventRow row() {
            return EventRow.newBuilder()
                    .setMillis(wallMillis)
                    .setKind(kind.lowerName())
                    .setSubject(subject.toString())
                    .setNumber(number)
                    .setDetail(detail == null ? "" : detail.toString())
                    .build();
        }
    }
}
