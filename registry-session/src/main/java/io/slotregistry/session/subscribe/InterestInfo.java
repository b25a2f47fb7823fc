package io.slotregistry.session.subscribe;

import com.google.common.collect.ImmutableList;

/**
 * A service that clients of this session subscribe to, as it is shown to people.
 *
 * @param version 0 while nothing is known of it
 */
public record InterestInfo(String dataInfoId, long version, int publishers, ImmutableList<SubscriberInfo> subscribers) {
    static InterestInfo of(Interest interest) {
        return new InterestInfo(
                interest.dataInfoId(),
                interest.datum().version(),
                interest.datum().size(),
                interest.receivers().stream().flatMap(Receiver::info).collect(ImmutableList.toImmutableList()));
    }

    /** @param upToDate whether the client acknowledged what is current */
    public record SubscriberInfo(
            String registerId, String clientAddress, String appName, String scope, boolean upToDate) {}
}
