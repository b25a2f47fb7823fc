package io.slotregistry.meta.app;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.slotregistry.meta.MetaSettings;
import io.slotregistry.node.NodeSettings;
import io.slotregistry.node.SettingsReader;
import io.slotregistry.rpc.bolt.BoltIo;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The meta role in a process of its own or beside other roles. */
@Configuration(proxyBeanMethods = false)
public class MetaConfiguration {
    private static final String PREFIX = "registry.meta";

    @Bean
    MetaNode metaNode(NodeSettings node, SettingsReader settings, BoltIo io) {
        return new MetaNode(
                node,
                settings.read(PREFIX, MetaNodeSettings.DEFAULTS),
                settings.read(PREFIX, MetaSettings.DEFAULTS),
                io);
    }

    @Bean
    MeterBinder metaMetrics(MetaNode meta) {
        return meters -> Gauge.builder("registry.meta.leader", meta, node -> node.leads() ? 1 : 0)
                .description("1 while this server leads the meta group")
                .register(meters);
    }
}
