package io.slotregistry.meta.plan;

import io.slotregistry.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Replicas as a burden, counted as if the moves under way had ended. A move is one replica more, then one less. Which
 * goes is not written anywhere: each plan chooses anew what is best for all slots together, so it ends what earlier
 * ones started as well as they meant to, or better, and moving comes to an end.
 */
final class Replicas implements Balance.Burden {
    private final Servers servers;
    private final List<Draft> drafts;
    /** For each slot the servers that will have it. */
    private final List<Set<NodeId>> kept = new ArrayList<>();

    private final Map<NodeId, Integer> loads = new HashMap<>();
    /** How many more moves may start. */
    private int movesLeft;

    Replicas(Servers servers, List<Draft> drafts) {
        this.servers = servers;
        this.drafts = drafts;
        for (Draft slot : drafts) {
            kept.add(new TreeSet<>(slot.staying()));
            slot.staying().forEach(node -> loads.merge(node, 1, Integer::sum));
        }
    }

    /** Before this nothing is known to be surplus. */
    void chooseSurplus() {
        for (Draft slot : drafts) {
            while (kept(slot).size() > servers.wanted()) {
                NodeId surplus = fullest(slot);
                kept(slot).remove(surplus);
                loads.merge(surplus, -1, Integer::sum);
            }
        }
        new Balance(servers, this).even();
    }

    /** The leader may be surplus as well: to drop another would undo what the move was for. */
    void endMoves() {
        for (Draft slot : drafts) {
            if (slot.stayingAreSynced()) {
                slot.staying().stream()
                        .filter(node -> !kept(slot).contains(node))
                        .forEach(surplus -> end(slot, surplus));
            }
        }
    }

    private void end(Draft slot, NodeId surplus) {
        if (surplus.equals(slot.leader)) {
            slot.heirs()
                    .filter(kept(slot)::contains)
                    .min(Comparator.comparingInt(servers::leaders))
                    .ifPresent(slot::handOver);
        }
        if (!surplus.equals(slot.leader)) {
            slot.drop(surplus);
        }
    }

    /** That slots are in as many zones as they can be goes before servers having equally many. */
    void startMoves(int maxMoves) {
        movesLeft = maxMoves - (int) drafts.stream().filter(this::isMoving).count();
        drafts.forEach(this::spread);
        new Balance(servers, this).even();
    }

    /** Into a zone more, as after the loss of one that is back. */
    private void spread(Draft slot) {
        if (canMove(slot) && zones(slot) < servers.wantedZones()) {
            NodeId emptiest = servers.alive().stream()
                    .filter(node -> in(slot, servers.zone(node)) == 0)
                    .min(Comparator.comparingInt(this::of))
                    .orElseThrow();
            pass(List.of(new Balance.Step(slot, fullest(slot), emptiest)));
        }
    }

    @Override
    public int of(NodeId server) {
        return loads.getOrDefault(server, 0);
    }

    @Override
    public Stream<Balance.Step> steps(NodeId from, Set<NodeId> to) {
        return drafts.stream()
                .filter(slot -> kept(slot).contains(from))
                .flatMap(slot -> heirs(slot, from, to).map(heir -> new Balance.Step(slot, from, heir)));
    }

    /** A slot whose surplus is there already chooses among what it has; what this very plan added may be anywhere. */
    private Stream<NodeId> heirs(Draft slot, NodeId from, Set<NodeId> to) {
        boolean isMoving = isMoving(slot);
        boolean canGoAnywhere = !isMoving && (slot.isNew(from) || canMove(slot));
        boolean canChoose = isMoving && !slot.isNew(from);
        if (!canGoAnywhere && !canChoose) {
            return Stream.empty();
        }
        boolean canSpare = canSpare(slot, from);
        String zone = servers.zone(from);
        return to.stream()
                .filter(heir -> canSpare || servers.zone(heir).equals(zone) || in(slot, servers.zone(heir)) == 0)
                .filter(heir -> !kept(slot).contains(heir) && (canGoAnywhere || slot.has(heir)));
    }

    @Override
    public boolean pass(List<Balance.Step> chain) {
        long slots = chain.stream().map(Balance.Step::slot).distinct().count();
        long moves = chain.stream().filter(this::isMove).count();
        if (slots < chain.size() || moves > movesLeft) {
            return false;
        }
        chain.forEach(this::take);
        movesLeft -= (int) moves;
        return true;
    }

    private boolean isMove(Balance.Step step) {
        return !step.slot().has(step.to()) && !step.slot().isNew(step.from());
    }

    private void take(Balance.Step step) {
        Draft slot = step.slot();
        if (!slot.has(step.to())) {
            if (slot.isNew(step.from())) {
                slot.drop(step.from());
            }
            slot.follow(step.to());
        }
        kept(slot).remove(step.from());
        kept(slot).add(step.to());
        loads.merge(step.from(), -1, Integer::sum);
        loads.merge(step.to(), 1, Integer::sum);
    }

    private boolean isMoving(Draft slot) {
        return slot.staying().size() > servers.wanted();
    }

    private boolean canMove(Draft slot) {
        return movesLeft > 0 && slot.staying().size() == servers.wanted();
    }

    private Set<NodeId> kept(Draft slot) {
        return kept.get(slot.slotId);
    }

    /** Of the replicas without which the slot is in as many zones as with them. */
    private NodeId fullest(Draft slot) {
        return kept(slot).stream()
                .filter(node -> canSpare(slot, node))
                .max(Comparator.<NodeId>comparingInt(this::of).thenComparing(Comparator.reverseOrder()))
                .orElseThrow();
    }

    private boolean canSpare(Draft slot, NodeId node) {
        return in(slot, servers.zone(node)) > 1 || zones(slot) > servers.wantedZones();
    }

    private int zones(Draft slot) {
        return (int) kept(slot).stream().map(servers::zone).distinct().count();
    }

    private int in(Draft slot, String zone) {
        int in = 0;
        for (NodeId node : kept(slot)) {
            in += servers.zone(node).equals(zone) ? 1 : 0;
        }
        return in;
    }
}
