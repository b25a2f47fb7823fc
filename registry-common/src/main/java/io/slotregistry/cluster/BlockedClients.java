package io.slotregistry.cluster;

import com.google.common.collect.ImmutableMap;

/**
 * Which clients operators have blocked. Equal as long as nothing is set that makes a difference to one of them.
 *
 * @param byService for each dataInfoId that has its own, and under the empty name for all others
 */
public record BlockedClients(ImmutableMap<String, ClientAddresses> byService) {
    public static final BlockedClients NONE = new BlockedClients(ImmutableMap.of());

    public static BlockedClients of(ClusterSettings settings, SettingKey<ClientAddresses> key) {
        ImmutableMap<String, ClientAddresses> byService = settings.byService(key);
        return byService.isEmpty() ? NONE : new BlockedClients(byService);
    }

    /** Those of one service. */
    public ClientAddresses of(String dataInfoId) {
        ClientAddresses own = byService.get(dataInfoId);
        return own != null ? own : byService.getOrDefault(ClusterSettings.EVERY_SERVICE, ClientAddresses.NONE);
    }
}
