package io.slotregistry.simulation.cluster;

import com.google.common.collect.ImmutableSet;
import io.slotregistry.data.slot.GuardSettings;
import io.slotregistry.meta.MetaSettings;
import io.slotregistry.session.SessionSettings;
import io.slotregistry.simulation.cluster.SimulatedCluster.Settings;
import java.util.function.Supplier;

/** Bugs that the invariants must find, and which of them may be the first to do so. */
enum PlantedBug {
    NOTHING_IS_RETRIED(MessageBugs.HiddenFailures::new, "C1", "C2", "C3"),
    LOST_CLIENTS_ARE_NOT_REMOVED(MessageBugs.NoRemovals::new, "C4", "C11", "EXACT"),
    LOST_ENTRIES_ARE_NOT_REPAIRED(MessageBugs.LostEntries::new, "C1", "C3", "C9"),
    PARTS_OF_A_BATCH_ARE_DROPPED(MessageBugs.DroppedParts::new, "EXACT"),
    LOST_WATCHES_ARE_NOT_REPAIRED(MessageBugs.LostWatches::new, "C1", "C5", "C8", "C11"),
    OLD_CONTENT_AT_A_NEW_VERSION(MessageBugs.OldContents::new, "C3", "C6", "C7"),
    WATCHES_BRING_NO_VERSION(MessageBugs.ForgottenVersions::new, "C1", "C3", "C6", "C11", "C12"),
    CONFIRMED_BEFORE_IT_IS_THERE(MessageBugs.FalseConfirmations::new, "C2", "C3"),
    EVERY_REPLICA_LEADS(MessageBugs.EverybodyLeads::new, "C10"),
    A_RESTORED_COPY_IS_BELIEVED(NodeBugs.UnseenEpochs::new, "C10", "C13"),
    A_TABLE_OF_ITS_OWN(MessageBugs.OtherTables::new, "C13"),
    UNPUBLISHED_LIKE_LOST(MessageBugs.UnpublishedLikeLost::new, "C4", "C7", "C11"),
    A_CLOCK_STANDS_STILL(NodeBugs.StoppedClocks::new, "C1", "C9"),
    CLOSED_CONNECTIONS_GO_UNNOTICED(NodeBugs.UnnoticedCloses::new, "C1", "C4", "C7"),
    ADDRESSES_DO_NOT_COUNT(NodeBugs.OneAddress::new, "C15", "C2", "C3"),
    A_LOST_PUSH_COUNTS_AS_DONE(NodeBugs.LostPushes::new, "C1", "C5", "C8", "C11"),
    OLD_PUSHES_COME_AGAIN(NodeBugs.RepeatedPushes::new, "C6"),
    NO_GRACE_TIME(
            settings(promised -> new Settings(
                    promised.meta(),
                    promised.data(),
                    new SessionSettings(
                            1_000,
                            1_000,
                            0,
                            0,
                            0,
                            20_000,
                            100_000,
                            10_000,
                            promised.session().push()))),
            "C2",
            "C3"),
    NO_GUARD(guard(new GuardSettings(false, 50, 0, 0)), "C11"),
    LOSSES_ARE_HELD_FOR_TOO_LONG(guard(new GuardSettings(true, 50, 600_000, 5_000)), "C1", "C9", "C11"),
    MIRRORS_GO_WITH_THEIR_SESSION(
            settings(promised ->
                    new Settings(promised.meta(), promised.data().withMirrorLeaseMillis(100), promised.session())),
            "C2",
            "C3"),
    NO_HANDOVER_TIME(
            settings(promised -> new Settings(
                    new MetaSettings(16, 2, 5_000, 1_500, 0, 200, 32), promised.data(), promised.session())),
            "C2",
            "C3",
            "C7",
            "C11"),
    NO_WARM_UP(ColdStartBugs.NoWarmUp::new, "C14"),
    EVERY_PART_IS_PUSHED(ColdStartBugs.EveryPartIsPushed::new, "C14"),
    THE_WARM_UP_ENDS_TOO_SOON(ColdStartBugs.AllAreBack::new, "C14");

    private final Supplier<Tampering> tampering;
    private final ImmutableSet<String> finders;

    PlantedBug(Supplier<Tampering> tampering, String... finders) {
        this.tampering = tampering;
        this.finders = ImmutableSet.copyOf(finders);
    }

    /** Planted anew, for one run. */
    Tampering plant() {
        return tampering.get();
    }

    /** Whether what a run found is what this bug is known to break. */
    boolean explains(String violation) {
        return finders.stream().anyMatch(invariant -> violation.contains(": " + invariant + " "));
    }

    private static Supplier<Tampering> guard(GuardSettings guard) {
        return settings(
                promised -> new Settings(promised.meta(), promised.data().withGuard(guard), promised.session()));
    }

    private static Supplier<Tampering> settings(java.util.function.UnaryOperator<Settings> change) {
        return () -> new Tampering() {
            @Override
            public Settings settings(Settings promised) {
                return change.apply(promised);
            }
        };
    }
}
