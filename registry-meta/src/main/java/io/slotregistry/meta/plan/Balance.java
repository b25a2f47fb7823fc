package io.slotregistry.meta.plan;

import com.google.common.collect.Sets;
import io.slotregistry.model.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Passes on what servers have, until none has two more than another that it can pass something to, be it through
 * others: the idlest may share nothing with the busiest. Each chain makes the servers more even, so there is an end.
 */
final class Balance {
    private final Servers servers;
    private final Burden burden;

    Balance(Servers servers, Burden burden) {
        this.servers = servers;
        this.burden = burden;
    }

    /** What a server has of a slot goes to another server. */
    record Step(Draft slot, NodeId from, NodeId to) {}

    /** What is to be spread evenly. */
    interface Burden {
        int of(NodeId server);

        /** Everything that a server can pass on, as things are, to some others. */
        Stream<Step> steps(NodeId from, Set<NodeId> to);

        /** Takes all steps of a chain, or none and returns false when they cannot be taken together. */
        boolean pass(List<Step> chain);
    }

    void even() {
        boolean passed = true;
        while (passed) {
            passed = sweep();
        }
    }

    private boolean sweep() {
        // Servers that find nobody to pass to. Whom they reach, and has no more than they, finds nobody either.
        Set<NodeId> stuck = new HashSet<>();
        boolean passed = false;
        Set<NodeId> busiest = busiestOutside(stuck);
        while (!busiest.isEmpty()) {
            if (relieveOne(busiest, stuck)) {
                passed = true;
            } else {
                stuck.addAll(busiest);
            }
            busiest = busiestOutside(stuck);
        }
        return passed;
    }

    /** Those that have most, if that is more than the idlest has by two. */
    private Set<NodeId> busiestOutside(Set<NodeId> stuck) {
        int most = servers.alive().stream()
                .filter(server -> !stuck.contains(server))
                .mapToInt(burden::of)
                .max()
                .orElse(0);
        boolean uneven = most - fewest() > 1;
        return servers.alive().stream()
                .filter(server -> uneven && burden.of(server) == most && !stuck.contains(server))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private boolean relieveOne(Set<NodeId> busiest, Set<NodeId> stuck) {
        int most = burden.of(busiest.iterator().next());
        Map<NodeId, Step> lastSteps = lastSteps(busiest);
        List<NodeId> idler = lastSteps.keySet().stream()
                .filter(server -> most - burden.of(server) > 1)
                .sorted(Comparator.comparingInt(burden::of))
                .toList();
        if (idler.isEmpty()) {
            stuck.addAll(lastSteps.keySet());
        }
        return idler.stream().anyMatch(server -> burden.pass(chain(server, lastSteps)));
    }

    /** For each server that a chain from a busy one leads to, nearest first, the last step; up to one of the idlest. */
    private Map<NodeId, Step> lastSteps(Set<NodeId> busy) {
        int fewest = fewest();
        Map<NodeId, Step> lastSteps = new LinkedHashMap<>();
        Deque<NodeId> next = new ArrayDeque<>(busy);
        while (!next.isEmpty()) {
            NodeId from = next.remove();
            Set<NodeId> others = Sets.difference(servers.alive(), Sets.union(busy, lastSteps.keySet()))
                    .immutableCopy();
            Iterator<Step> steps = burden.steps(from, others).iterator();
            while (steps.hasNext()) {
                Step step = steps.next();
                if (lastSteps.putIfAbsent(step.to(), step) == null) {
                    next.add(step.to());
                    if (burden.of(step.to()) == fewest) {
                        return lastSteps;
                    }
                }
            }
        }
        return lastSteps;
    }

    private int fewest() {
        return servers.alive().stream().mapToInt(burden::of).min().orElse(0);
    }

    private static List<Step> chain(NodeId end, Map<NodeId, Step> lastSteps) {
        List<Step> chain = new ArrayList<>();
        for (Step step = lastSteps.get(end); step != null; step = lastSteps.get(step.from())) {
            chain.add(step);
        }
        return chain;
    }
}
