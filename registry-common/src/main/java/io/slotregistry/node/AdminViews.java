package io.slotregistry.node;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the admin API shows. Times are milliseconds since the epoch. */
final class AdminViews {
    private AdminViews() {}

    /**
     * Rows that several nodes gave.
     *
     * @param unanswered nodes that did not answer, whose rows are missing
     */
    record Listing<T>(List<T> items, List<String> unanswered) {}

    record Node(
            String id,
            String role,
            long incarnation,
            String address,
            @Nullable String clientAddress,
            @Nullable String httpAddress,
            String zone,
            boolean leaving) {}

    record Nodes(String clusterId, long epoch, List<Node> nodes) {}

    /** @param publications held by that replica for all sessions, those that moved counted twice */
    record Replica(String node, boolean leader, boolean serving, boolean synced, int publications, int services) {}

    record Slot(
            int slot,
            @Nullable String leader,
            List<String> followers,
            long leaderEpoch,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Replica> replicas) {}

    record Slots(long epoch, List<Slot> slots, List<String> unanswered) {}

    /** @param held publishers that are shown although they are gone, because most went at once */
    record Service(
            String dataInfoId,
            int slot,
            long version,
            long versionMillis,
            int publishers,
            int watchingSessions,
            int held) {}

    /** @param trouble lost: its connection closed; held: shown although it is gone; blocked: not shown; else empty */
    record Publisher(
            String registerId,
            String client,
            String zone,
            String app,
            String session,
            long version,
            long registeredMillis,
            String trouble) {}

    /** @param number of a version, or what else the kind of event tells */
    record Event(long millis, String node, String kind, String subject, long number, String detail) {}

    /**
     * @param version that its session holds
     * @param acknowledgedVersion its client holds this or a later one; 0 for none
     */
    record Subscriber(
            String registerId,
            String client,
            String app,
            String scope,
            String session,
            long version,
            long acknowledgedVersion) {}

    /** @param more whether there are more publishers or subscribers than these */
    record ServiceDetail(
            Service service,
            List<Publisher> publishers,
            List<Subscriber> subscribers,
            boolean more,
            List<String> unanswered) {}

    /** @param id for the next page */
    record Client(String id, String session, long connection, String address) {}
}
