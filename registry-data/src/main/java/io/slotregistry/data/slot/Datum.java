package io.slotregistry.data.slot;

import com.google.common.collect.ImmutableList;
import io.slotregistry.cluster.ClientAddresses;
import io.slotregistry.proto.Content;
import io.slotregistry.proto.Entry;
import io.slotregistry.runtime.Limits;
import io.slotregistry.slot.DigestKey;
import io.slotregistry.slot.DigestValue;
import io.slotregistry.slot.SlotDigest;
import io.slotregistry.slot.Version;
import io.slotregistry.slot.VersionClock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The publishers of one dataInfoId: the merge of all mirrors, newest registration first. Its version changes only when
 * what subscribers see changes, and only while this server leads the slot and serves. Belongs to the loop of its slot.
 */
final class Datum {
    private final String dataInfoId;
    private final Map<String, MirrorEntry> newest = new LinkedHashMap<>();
    private final HiddenVersions hidden = new HiddenVersions();
    private final Set<String> changed = new LinkedHashSet<>();
    private final Set<Watcher> watchers = new LinkedHashSet<>();
    private final ChangeHistory history;
    private final SlotDigest digest;
    private final Fading fading = new Fading();
    private ClientAddresses blocked = ClientAddresses.NONE;
    /** The latest, and the latest that are held. Kept by {@link LossGuard}. */
    @Nullable
    Losses losses;

    @Nullable
    Losses heldLosses;

    private DigestValue versionedDigest = DigestValue.EMPTY;
    private long version;
    /** The newest that a session brought, which subscribers may have seen. */
    private long knownVersion;

    private DigestValue knownDigest = DigestValue.EMPTY;
    /** Subscribers may have seen a greater one. */
    private boolean outdone;

    private @Nullable Content lastContent;

    Datum(String dataInfoId, DigestKey key, Limits limits) {
        this.dataInfoId = dataInfoId;
        this.history = new ChangeHistory(limits);
        this.digest = new SlotDigest(key);
    }

    String dataInfoId() {
        return dataInfoId;
    }

    /** 0 while this server has not given it one. */
    long version() {
        return version;
    }

    /** Number of publishers that subscribers see. */
    int size() {
        return digest.count();
    }

    /** Whether it is what subscribers see of its registerId. */
    boolean shows(MirrorEntry entry) {
        return visible(entry.registerId) == entry;
    }

    DigestValue digest() {
        return digest.value();
    }

    Set<Watcher> watchers() {
        return watchers;
    }

    boolean isUnused() {
        return newest.isEmpty() && watchers.isEmpty();
    }

    /** What subscribers see, or would see if it were not blocked. */
    ImmutableList<MirrorEntry> listed() {
        return newest.values().stream()
                .filter(entry -> !entry.superseded && !hidden.hide(entry))
                .collect(ImmutableList.toImmutableList());
    }

    /** Whatever its state; null when there is none. */
    @Nullable
    MirrorEntry newest(String registerId) {
        return newest.get(registerId);
    }

    /** What was shown of its registerId before. */
    @Nullable
    MirrorEntry add(MirrorEntry entry) {
        entry.blocked = blocked.contain(entry.clientAddress);
        MirrorEntry before = visible(entry.registerId);
        entry.losses = before == null ? null : before.losses;
        newest.put(entry.registerId, entry.linkInto(newest.get(entry.registerId)));
        note(entry.registerId, before);
        return before;
    }

    /** Hides and returns one whose connection is lost, and which is the newcomer's former self by all appearance. */
    @Nullable
    MirrorEntry supersede(MirrorEntry newcomer) {
        MirrorEntry repeated = fading.repeatedBy(newcomer);
        if (repeated != null) {
            repeated.superseded = true;
            note(repeated.registerId, repeated);
        }
        return repeated;
    }

    void remove(MirrorEntry entry) {
        MirrorEntry before = visible(entry.registerId);
        MirrorEntry head = newest.get(entry.registerId);
        if (head == entry) {
            if (entry.older == null) {
                newest.remove(entry.registerId);
                hidden.forget(entry.registerId);
            } else {
                newest.put(entry.registerId, entry.older);
            }
        } else {
            entry.unlinkFrom(head);
        }
        note(entry.registerId, before);
    }

    /** Its session does not have it any more, but it is shown until {@link #remove}. */
    void depart(MirrorEntry entry) {
        entry.departed = true;
        if (shows(entry)) {
            fading.add(entry);
        }
    }

    /**
     * Hides what these clients publish, and nothing else any longer. What is hidden stays newest, so that what other
     * sessions hold from before does not appear in its place.
     *
     * @return what was hidden or is not any longer
     */
    List<MirrorEntry> block(ClientAddresses clients) {
        if (clients.equals(blocked)) {
            return ImmutableList.of();
        }
        blocked = clients;
        List<MirrorEntry> differ = new ArrayList<>();
        newest.forEach((registerId, head) -> {
            MirrorEntry before = visible(registerId);
            for (MirrorEntry entry = head; entry != null; entry = entry.older) {
                entry.blocked = clients.contain(entry.clientAddress);
            }
            if (visible(registerId) != before) {
                differ.add(head);
                note(registerId, before);
            }
        });
        return differ;
    }

    /** Hides what other sessions still hold of this registration from before it was unpublished. */
    void unpublish(String registerId, long atVersion) {
        if (newest.containsKey(registerId)) {
            MirrorEntry before = visible(registerId);
            hidden.add(registerId, atVersion);
            note(registerId, before);
        }
    }

    /**
     * Gives what changed since the last time a new version. False when subscribers see the same as before.
     *
     * @param settled that nobody can be missing who is on the way back
     */
    boolean commit(VersionClock clock, boolean settled) {
        if (changed.isEmpty()) {
            return false;
        }
        if (digest.value().equals(versionedDigest) && version > 0) {
            changed.clear();
            return false;
        }
        if (isInDoubt() && !settled) {
            moveTo(version);
            changed.clear();
            return false;
        }
        long before = version;
        if (settled || !Version.isPresumed(version)) {
            moveTo(clock.next());
        } else {
            moveTo(isNewestKnown() ? Math.max(version + 1, knownVersion) : version + 1);
        }
        if (Version.isPresumed(before) && !Version.isPresumed(version)) {
            forgetHistory();
        }
        history.add(version, changed);
        changed.clear();
        return true;
    }

    /** What changed is told to nobody: somebody else gives versions. */
    void discardChanges() {
        changed.clear();
    }

    /** A session holds this content at that version. */
    void heldElsewhere(long heldVersion, DigestValue heldDigest, VersionClock clock) {
        clock.witness(heldVersion);
        if (heldVersion > knownVersion) {
            knownVersion = heldVersion;
            knownDigest = heldDigest;
            outdone = false;
        }
    }

    /** Clients of a session that was never heard may have seen more than all that sessions hold. */
    void outdo() {
        outdone = true;
    }

    /**
     * Settles the version with the newest that a session holds: equal content keeps the greater of the two versions,
     * different content gets one that is greater than both when it is certain, and else one that is only presumed. True
     * when this datum's version changed.
     */
    boolean settle(VersionClock clock, boolean settled, boolean trustsEmpty) {
        long before = version;
        boolean known = !Version.isPresumed(knownVersion);
        boolean certain = settled && (digest.count() > 0 || trustsEmpty || known);
        if (isNewestKnown() && (known || !certain)) {
            moveTo(Math.max(version, knownVersion));
        } else if (Version.isPresumed(version) || version <= knownVersion) {
            moveTo(certain ? clock.next() : presumedVersion());
        }
        if (Version.isPresumed(before) || Version.isPresumed(version)) {
            forgetHistory();
        }
        return version != before;
    }

    private boolean isNewestKnown() {
        return knownVersion > 0 && !outdone && knownDigest.equals(digest.value());
    }

    /** Subscribers may have seen more than what is here, so those are told nothing. */
    private boolean isInDoubt() {
        return version < knownVersion && !isNewestKnown();
    }

    /** What another leader only presumed is not replaced by what this one presumes. */
    private long presumedVersion() {
        if (Version.isPresumed(knownVersion) && knownVersion > 0) {
            return 0;
        }
        return Version.isPresumed(version) ? Math.max(version, Version.UNKNOWN) : Version.UNKNOWN;
    }

    /**
     * A session had this registration and lost it, and this server never heard of it. What is here from before is
     * hidden, but not while this leader alone tells subscribers, who have seen nothing else: its client may be moving.
     *
     * @return whether it is hidden by now
     */
    boolean passedBy(String registerId, long passedVersion) {
        if (version == 0) {
            unpublish(registerId, passedVersion - 1);
            return true;
        }
        if (newest.containsKey(registerId)) {
            hidden.addLater(registerId, passedVersion - 1);
        }
        return false;
    }

    /** This server does not lead the slot any more, or not yet: another one gives versions. */
    void forgetVersion() {
        hidden.takeLater().forEach(this::unpublish);
        version = 0;
        knownVersion = 0;
        knownDigest = DigestValue.EMPTY;
        outdone = false;
        versionedDigest = DigestValue.EMPTY;
        lastContent = null;
        watchers.clear();
        forgetHistory();
    }

    /** What a session that holds {@code baseVersion} of this leader needs; the whole when that is forgotten. */
    Content contentSince(long baseVersion) {
        long base = history.reaches(baseVersion) ? baseVersion : 0;
        Content content = lastContent;
        if (content == null || content.getVersion() != version || content.getBaseVersion() != base) {
            content = base == 0 ? whole() : delta(base);
            lastContent = content;
        }
        return content;
    }

    /** For a session that holds the same content at another version. */
    Content sameContentSince(long heldVersion) {
        return header(heldVersion).build();
    }

    private Content whole() {
        Content.Builder content = header(0);
        for (String registerId : newest.keySet()) {
            MirrorEntry entry = visible(registerId);
            if (entry != null) {
                content.addPuts(toProto(entry));
            }
        }
        return content.build();
    }

    private Content delta(long base) {
        Content.Builder content = header(base);
        for (String registerId : history.since(base)) {
            MirrorEntry entry = visible(registerId);
            if (entry == null) {
                content.addRemovals(registerId);
            } else {
                content.addPuts(toProto(entry));
            }
        }
        return content.build();
    }

    private Content.Builder header(long base) {
        return Content.newBuilder()
                .setDataInfoId(dataInfoId)
                .setBaseVersion(base)
                .setVersion(version)
                .setDigestHigh(versionedDigest.high())
                .setDigestLow(versionedDigest.low());
    }

    private static Entry toProto(MirrorEntry entry) {
        return Entry.newBuilder()
                .setRegisterId(entry.registerId)
                .setZone(entry.zone)
                .setPayload(entry.payload)
                .build();
    }

    private @Nullable MirrorEntry visible(String registerId) {
        MirrorEntry head = newest.get(registerId);
        return head == null || head.blocked || head.superseded || hidden.hide(head) ? null : head;
    }

    private void note(String registerId, @Nullable MirrorEntry before) {
        MirrorEntry after = visible(registerId);
        if (before == after) {
            return;
        }
        if (before != null) {
            fading.remove(before);
        }
        if (after != null && after.isFading()) {
            fading.add(after);
        }
        if (before != null && after != null && before.contentHash == after.contentHash) {
            return;
        }
        if (before != null) {
            digest.remove(registerId, before.contentHash);
        }
        if (after != null) {
            digest.add(registerId, after.contentHash);
        }
        changed.add(registerId);
    }

    private void moveTo(long newVersion) {
        version = newVersion;
        versionedDigest = digest.value();
        if (Version.isPresumed(newVersion)) {
            // The same one may have stood for something else before.
            lastContent = null;
        }
    }

    private void forgetHistory() {
        history.restart(version);
        changed.clear();
    }
}
