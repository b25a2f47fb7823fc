package io.slotregistry.data.slot;

import com.google.common.collect.ImmutableList;

/**
 * A datum as it is shown to people.
 *
 * @param version 0 when this server does not give versions for its slot
 */
public record DatumInfo(
        String dataInfoId, long version, int watchingSessions, ImmutableList<PublisherInfo> publishers) {
    static DatumInfo of(Datum datum) {
        return new DatumInfo(
                datum.dataInfoId(),
                datum.version(),
                datum.watchers().size(),
                datum.visible().stream()
                        .map(entry -> new PublisherInfo(
                                entry.registerId,
                                entry.clientAddress,
                                entry.zone,
                                entry.appName,
                                entry.session.toString(),
                                entry.version,
                                entry.timestamp))
                        .collect(ImmutableList.toImmutableList()));
    }

    /** @param registeredMillis when the session received it, milliseconds since the epoch */
    public record PublisherInfo(
            String registerId,
            String clientAddress,
            String zone,
            String appName,
            String session,
            long version,
            long registeredMillis) {}
}
