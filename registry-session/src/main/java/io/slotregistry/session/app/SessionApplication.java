package io.slotregistry.session.app;

import io.slotregistry.node.NodeConfiguration;
import io.slotregistry.node.NodeSettingsConfiguration;
import io.slotregistry.node.RegistryProcess;
import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** A session server as a process of its own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({NodeConfiguration.class, NodeSettingsConfiguration.class, SessionConfiguration.class})
public class SessionApplication {
    private static final Map<String, Object> DEFAULTS = Map.of("server.port", "${registry.session.http-port:9603}");

    public static int run(String... args) {
        return RegistryProcess.run("session", SessionApplication.class, DEFAULTS, args);
    }
}
