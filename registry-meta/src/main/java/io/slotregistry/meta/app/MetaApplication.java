package io.slotregistry.meta.app;

import com.google.common.collect.ImmutableMap;
import io.slotregistry.node.AdminSettings;
import io.slotregistry.node.NodeConfiguration;
import io.slotregistry.node.NodeSettingsConfiguration;
import io.slotregistry.node.RegistryProcess;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** A meta server as a process of its own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({NodeConfiguration.class, NodeSettingsConfiguration.class, MetaConfiguration.class})
public class MetaApplication {
    public static int run(String... args) {
        return RegistryProcess.run("meta", MetaApplication.class, ImmutableMap.of(AdminSettings.PORT, "9616"), args);
    }
}
