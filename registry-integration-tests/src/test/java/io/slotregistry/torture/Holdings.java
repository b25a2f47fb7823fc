package io.slotregistry.torture;

import io.slotregistry.cluster.LoopbackCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What the data servers hold at rest: C9, no publisher more than there is. */
final class Holdings {
    private Holdings() {}

    static List<String> differences(LoopbackCluster cluster, Map<String, Set<String>> truth) {
        List<String> differences = new ArrayList<>();
        truth.forEach((service, expected) -> {
            JsonNode answer = cluster.ask("/api/v1/service?dataId=" + service);
            int held = answer.get("publishers").size();
            if (held != expected.size()) {
                differences.add(
                        "C9 " + service + " has " + held + " publishers instead of " + expected.size() + ": " + answer);
            }
        });
        return differences;
    }
}
