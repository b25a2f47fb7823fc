package io.slotregistry.session.hold;

import io.slotregistry.runtime.ByteBudget;

/**
 * @param heapPercent of the process's largest heap that clients may make this session hold: names, payloads,
 *     subscriptions and ids, with what it takes to keep them; 25 in standalone, where roles share a heap
 * @param newcomersPercent of that, up to which publishers are taken that this session does not hold yet. Less than 100
 *     also holds back clients that come from another session: they cannot be told apart
 * @param connectionPercent of that, for one connection; what is beyond is answered but not taken
 * @param addressPercent of that, for all connections from one IPv4 address or IPv6 /64 that is not in
 *     {@code limit.proxies}
 * @param servicePercent of that, for the publishers of one service
 */
public record HoldingSettings(
        int heapPercent, int newcomersPercent, int connectionPercent, int addressPercent, int servicePercent) {
    public static final HoldingSettings DEFAULTS = new HoldingSettings(35, 100, 20, 80, 20);

    public HoldingSettings {
        requirePercent("heapPercent", heapPercent);
        requirePercent("newcomersPercent", newcomersPercent);
        requirePercent("connectionPercent", connectionPercent);
        requirePercent("addressPercent", addressPercent);
        requirePercent("servicePercent", servicePercent);
    }

    /** For all clients of a process with such a heap. */
    public ByteBudget budget(long heapBytes) {
        return new ByteBudget(heapBytes).sharePercent(heapPercent);
    }

    private static void requirePercent(String name, int value) {
        if (value < 1 || value > 100) {
            throw new IllegalArgumentException(name + " out of range 1..100: " + value);
        }
    }
}
