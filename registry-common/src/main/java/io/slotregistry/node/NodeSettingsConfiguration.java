package io.slotregistry.node;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The node's settings as they are given, for a role in a process of its own. */
@Configuration(proxyBeanMethods = false)
public class NodeSettingsConfiguration {
    @Bean
    NodeSettings nodeSettings(SettingsReader settings) {
        return settings.read("registry", NodeSettings.DEFAULTS);
    }
}
