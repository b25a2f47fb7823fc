package io.slotregistry.data.app;

import io.slotregistry.data.DataSettings;
import io.slotregistry.node.NodeSettings;
import io.slotregistry.node.SettingsReader;
import io.slotregistry.rpc.bolt.BoltIo;
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
}
