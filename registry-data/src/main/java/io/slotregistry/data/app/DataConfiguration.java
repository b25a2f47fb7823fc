package io.slotregistry.data.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.slotregistry.data.DataServer;
import io.slotregistry.data.DataSettings;
import io.slotregistry.node.NodeSettings;
import io.slotregistry.node.SettingsReader;
import io.slotregistry.proto.ReplicaRow;
import io.slotregistry.rpc.bolt.BoltIo;
import java.util.function.Predicate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The data role in a process of its own or beside other roles. */
@Configuration(proxyBeanMethods = false)
public class DataConfiguration {
    private static final String PREFIX = "registry.data";

    @Bean
    DataNode dataNode(NodeSettings node, SettingsReader settings, BoltIo io) {
        return new DataNode(
                node, settings.read(PREFIX, DataPorts.DEFAULTS), settings.read(PREFIX, DataSettings.DEFAULTS), io);
    }

    @Bean
    MeterBinder dataMetrics(DataNode data) {
        return meters -> {
            slots(meters, data, "replicated", row -> true);
            slots(meters, data, "led", ReplicaRow::getLeader);
            slots(meters, data, "served", ReplicaRow::getServing);
            slots(meters, data, "syncing", row -> !row.getSynced());
            Gauge.builder("registry.data.held.sessions", data.server(), DataServer::heldSessions)
                    .description("Sessions whose publications stay only because most sessions vanished at once")
                    .register(meters);
            Gauge.builder("registry.data.differing.mirrors", data.server(), DataServer::differingMirrors)
                    .description("Mirrors that differ from their session although they are repaired again and again")
                    .register(meters);
            Gauge.builder(
                            "registry.data.held.services",
                            data,
                            node -> node.replicas().stream()
                                    .mapToInt(ReplicaRow::getHeldServices)
                                    .sum())
                    .description("Services whose losses are held back because most publishers vanished at once")
                    .register(meters);
            Gauge.builder(
                            "registry.data.publications",
                            data,
                            node -> node.replicas().stream()
                                    .mapToInt(ReplicaRow::getPublications)
                                    .sum())
                    .description("Publications in all mirrors")
                    .register(meters);
        };
    }

    private static void slots(MeterRegistry meters, DataNode data, String state, Predicate<ReplicaRow> is) {
        Gauge.builder(
                        "registry.data.slots",
                        data,
                        node -> node.replicas().stream().filter(is).count())
                .description("Slots that this server replicates, leads, serves, or is not complete in")
                .tag("state", state)
                .register(meters);
    }
}
