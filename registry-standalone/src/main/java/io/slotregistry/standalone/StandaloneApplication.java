package io.slotregistry.standalone;

import com.google.common.collect.ImmutableMap;
import io.slotregistry.data.app.DataConfiguration;
import io.slotregistry.meta.app.MetaConfiguration;
import io.slotregistry.meta.app.MetaNodeSettings;
import io.slotregistry.node.NodeConfiguration;
import io.slotregistry.node.NodeSettings;
import io.slotregistry.node.RegistryProcess;
import io.slotregistry.node.SettingsReader;
import io.slotregistry.rpc.Address;
import io.slotregistry.session.app.SessionConfiguration;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** The three roles in one JVM, each on its usual ports, for a laptop: it listens on loopback unless told otherwise. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({NodeConfiguration.class, MetaConfiguration.class, DataConfiguration.class, SessionConfiguration.class})
public class StandaloneApplication {
    private static final ImmutableMap<String, Object> DEFAULTS = ImmutableMap.of(
            "registry.name", "standalone",
            "registry.bind", "127.0.0.1",
            "registry.session.hold.heap-percent", 25);

    public static int run(String... args) {
        return RegistryProcess.run("standalone", StandaloneApplication.class, DEFAULTS, args);
    }

    /** The roles find each other without being told how, and nobody else knows their key. */
    @Bean
    NodeSettings nodeSettings(SettingsReader settings) {
        NodeSettings node = settings.read("registry", NodeSettings.DEFAULTS);
        MetaNodeSettings meta = settings.read("registry.meta", MetaNodeSettings.DEFAULTS);
        if (node.clusterKey().isBlank()) {
            byte[] key = new byte[16];
            new SecureRandom().nextBytes(key);
            node = node.withClusterKey(HexFormat.of().formatHex(key));
        }
        return node.metas().isBlank() ? node.withMetas(new Address(node.host(), meta.nodePort()).toString()) : node;
    }
}
