package io.slotregistry.data.app;

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

/** A data server as a process of its own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({NodeConfiguration.class, NodeSettingsConfiguration.class, DataConfiguration.class})
public class DataApplication {
    public static int run(String... args) {
        return RegistryProcess.run("data", DataApplication.class, ImmutableMap.of(), args);
    }

    @Bean
    WebServerFactoryCustomizer<ConfigurableServletWebServerFactory> httpPort(SettingsReader settings) {
        int port = settings.read("registry.data", DataPorts.DEFAULTS).httpPort();
        return server -> server.setPort(port);
    }
}
