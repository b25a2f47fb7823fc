package io.slotregistry.meta.plan;

import io.slotregistry.model.NodeId;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Leaderships as a burden: a server can hand each of its own over to the heirs of the slot. */
final class Leaderships implements Balance.Burden {
    private final Servers servers;
    private final List<Draft> drafts;

    Leaderships(Servers servers, List<Draft> drafts) {
        this.servers = servers;
        this.drafts = drafts;
    }

    @Override
    public int of(NodeId server) {
        return servers.leaders(server);
    }

    @Override
    public Stream<Balance.Step> steps(NodeId from, Set<NodeId> to) {
        return drafts.stream()
                .filter(slot -> from.equals(slot.leader))
                .flatMap(slot -> slot.heirs().filter(to::contains).map(heir -> new Balance.Step(slot, from, heir)));
    }

    @Override
    public boolean pass(List<Balance.Step> chain) {
        chain.forEach(step -> step.slot().handOver(step.to()));
        return true;
    }
}
