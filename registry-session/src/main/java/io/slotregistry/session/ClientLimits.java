package io.slotregistry.session;

import io.slotregistry.cluster.ClusterSettings;
import io.slotregistry.cluster.SettingKey;

/**
 * What one connection may register, for each event loop; read once for each view, as registrations are many.
 *
 * @param subscribers and as many configurators
 */
record ClientLimits(int publishers, int subscribers) {
    static ClientLimits of(ClusterSettings cluster, SessionSettings own) {
        return new ClientLimits(
                Math.toIntExact(cluster.getOr(SettingKey.PUBLISHERS_PER_CLIENT, (long) own.maxPublishersPerClient())),
                Math.toIntExact(
                        cluster.getOr(SettingKey.SUBSCRIBERS_PER_CLIENT, (long) own.maxSubscribersPerClient())));
    }
}
