package io.slotregistry.data.app;

import com.google.common.collect.ImmutableMap;
import io.slotregistry.node.AdminSettings;
import io.slotregistry.node.NodeConfiguration;
import io.slotregistry.node.NodeSettingsConfiguration;
import io.slotregistry.node.RegistryProcess;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** A data server as a process of its own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({NodeConfiguration.class, NodeSettingsConfiguration.class, DataConfiguration.class})
public class DataApplication {
    public static int run(String... args) {
        return RegistryProcess.run("data", DataApplication.class, ImmutableMap.of(AdminSettings.PORT, "9623"), args);
    }
}
