package io.slotregistry.session.app;

import com.google.common.collect.ImmutableMap;
import io.slotregistry.node.NodeConfiguration;
import io.slotregistry.node.NodeSettingsConfiguration;
import io.slotregistry.node.RegistryProcess;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** A session server as a process of its own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({NodeConfiguration.class, NodeSettingsConfiguration.class, SessionConfiguration.class})
public class SessionApplication {
    public static int run(String... args) {
        return RegistryProcess.run("session", SessionApplication.class, ImmutableMap.of(), args);
    }
}
