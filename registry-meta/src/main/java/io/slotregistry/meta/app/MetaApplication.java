package io.slotregistry.meta.app;

import com.google.common.collect.ImmutableMap;
import io.slotregistry.node.NodeConfiguration;
import io.slotregistry.node.NodeSettingsConfiguration;
import io.slotregistry.node.RegistryProcess;
import io.slotregistry.node.SettingsReader;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.ConfigurableServletWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** A meta server as a process of its own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({NodeConfiguration.class, NodeSettingsConfiguration.class, MetaConfiguration.class})
public class MetaApplication {
    public static int run(String... args) {
        return RegistryProcess.run("meta", MetaApplication.class, ImmutableMap.of(), args);
    }

    @Bean
    WebServerFactoryCustomizer<ConfigurableServletWebServerFactory> httpPort(SettingsReader settings) {
        int port = settings.read("registry.meta", MetaNodeSettings.DEFAULTS).httpPort();
        return server -> server.setPort(port);
    }
}
