package io.slotregistry.cluster;

import com.google.common.base.Utf8;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import io.slotregistry.model.DataInfoId;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Setting;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What operators have set for the whole cluster, or for one service, while it runs. Immutable. Values that this version
 * does not know or understand are kept, for a newer one, and ignored.
 *
 * @param version grows by one with each change; 0 while nothing was ever set
 * @param draining data servers that are to be emptied, so that they can be stopped for good
 */
public record ClusterSettings(
        long version, ImmutableSortedMap<Place, String> values, ImmutableSortedSet<NodeId> draining) {
    public static final ClusterSettings NONE = new ClusterSettings(0, ImmutableSortedMap.of(), ImmutableSortedSet.of());

    /** They travel with every view. */
    public static final int MAX_VALUES = 500;

    /** Of all keys, services and values together, in UTF-8. */
    public static final int MAX_BYTES = 256 * 1024;

    /** Stands for the whole cluster where a service is named. */
    static final String EVERY_SERVICE = "";

    private static final int MAX_SERVICE_LENGTH = 3_100;

    /**
     * Where a value is set.
     *
     * @param service a dataInfoId, empty for the whole cluster
     */
    public record Place(String key, String service) implements Comparable<Place> {
        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::key).thenComparing(Place::service);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /** The value for the whole cluster. */
    public <T> T get(SettingKey<T> key) {
        return getOr(key, EVERY_SERVICE, key.standard());
    }

    /** The value for a service: its own, else the cluster's, else the standard. */
    public <T> T get(SettingKey<T> key, String dataInfoId) {
        return getOr(key, dataInfoId, key.standard());
    }

    /** @param own what the node itself was told, which holds while operators have set nothing */
    public <T> T getOr(SettingKey<T> key, T own) {
        return getOr(key, EVERY_SERVICE, own);
    }

    /** @param own what the node itself was told, which holds while operators have set nothing */
    public <T> T getOr(SettingKey<T> key, String dataInfoId, T own) {
        T ofService = dataInfoId.isEmpty() ? null : valueOrNull(key, dataInfoId);
        T set = ofService != null ? ofService : valueOrNull(key, EVERY_SERVICE);
        return set != null ? set : own;
    }

    /** What is set for this very service; empty when nothing is. */
    public <T> Optional<T> ofService(SettingKey<T> key, String dataInfoId) {
        return Optional.ofNullable(valueOrNull(key, dataInfoId));
    }

    /** All that is set of one key, by service; what is set for the whole cluster is under the empty name. */
    <T> ImmutableMap<String, T> byService(SettingKey<T> key) {
        ImmutableMap.Builder<String, T> byService = ImmutableMap.builder();
        values.tailMap(new Place(key.name(), EVERY_SERVICE)).keySet().stream()
                .takeWhile(place -> place.key().equals(key.name()))
                .forEach(place ->
                        ofService(key, place.service()).ifPresent(value -> byService.put(place.service(), value)));
        return byService.buildOrThrow();
    }

    /**
     * These with one value more or other.
     *
     * @param service a dataInfoId, or a dataId of the usual instance and group; empty for the whole cluster
     * @throws IllegalArgumentException that says why it cannot be
     */
    public ClusterSettings with(String name, String value, String service) {
        SettingKey<?> key = SettingKey.named(name);
        Place place = new Place(name, fullName(service));
        if (!service.isEmpty() && key.reach() == SettingKey.Reach.PER_CLUSTER) {
            throw new IllegalArgumentException(name + " can be set for the whole cluster only");
        }
        if (service.isEmpty() && key.reach() == SettingKey.Reach.ONLY_PER_SERVICE) {
            throw new IllegalArgumentException(name + " can be set for single services only: name one");
        }
        if (service.length() > MAX_SERVICE_LENGTH) {
            throw new IllegalArgumentException("the service's name is too long");
        }
        if (values.size() >= MAX_VALUES && !values.containsKey(place)) {
            throw new IllegalArgumentException("there are " + MAX_VALUES + " values already: unset some");
        }
        ClusterSettings next = changed(place, String.valueOf(key.parse(value)));
        long bytes = next.bytes();
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "all values together would have " + bytes + " bytes, limit " + MAX_BYTES + ": unset some");
        }
        return next;
    }

    /**
     * These without one value.
     *
     * @throws IllegalArgumentException when there is no such setting
     */
    public ClusterSettings without(String name, String service) {
        Place place = new Place(name, fullName(service));
        if (!values.containsKey(place)) {
            SettingKey.named(name);
        }
        return changed(place, null);
    }

    /** These with one data server more that is to be emptied. */
    public ClusterSettings withDraining(NodeId node) {
        return changed(values, ImmutableSortedSet.copyOf(Sets.union(draining, ImmutableSet.of(node))));
    }

    /** These with one data server less that is to be emptied. */
    public ClusterSettings withoutDraining(NodeId node) {
        return changed(values, ImmutableSortedSet.copyOf(Sets.difference(draining, ImmutableSet.of(node))));
    }

    List<Setting> toProto() {
        return values.entrySet().stream()
                .map(set -> Setting.newBuilder()
                        .setKey(set.getKey().key())
                        .setService(set.getKey().service())
                        .setValue(set.getValue())
                        .build())
                .toList();
    }

    static ClusterSettings fromProto(long version, List<Setting> settings, List<String> draining) {
        Map<Place, String> values = new TreeMap<>();
        settings.forEach(setting -> values.put(new Place(setting.getKey(), setting.getService()), setting.getValue()));
        return new ClusterSettings(
                version,
                ImmutableSortedMap.copyOf(values),
                draining.stream()
                        .map(name -> new NodeId(Role.DATA, name))
                        .collect(ImmutableSortedSet.toImmutableSortedSet(Comparator.naturalOrder())));
    }

    private long bytes() {
        return values.entrySet().stream()
                .mapToLong(set -> (long) Utf8.encodedLength(set.getKey().key())
                        + Utf8.encodedLength(set.getKey().service())
                        + Utf8.encodedLength(set.getValue()))
                .sum();
    }

    private ClusterSettings changed(Place place, @Nullable String value) {
        Map<Place, String> after = new TreeMap<>(values);
        if (value == null) {
            after.remove(place);
        } else {
            after.put(place, value);
        }
        return changed(after, draining);
    }

    private ClusterSettings changed(Map<Place, String> nextValues, ImmutableSortedSet<NodeId> nextDraining) {
        return nextValues.equals(values) && nextDraining.equals(draining)
                ? this
                : new ClusterSettings(version + 1, ImmutableSortedMap.copyOf(nextValues), nextDraining);
    }

    private <T> @Nullable T valueOrNull(SettingKey<T> key, String service) {
        String text = values.isEmpty() ? null : values.get(new Place(key.name(), service));
        try {
            return text == null ? null : key.parse(text);
        } catch (IllegalArgumentException ofANewerVersion) {
            return null;
        }
    }

    private static String fullName(String service) {
        return service.isEmpty() ? EVERY_SERVICE : DataInfoId.ofService(service).toString();
    }
}
