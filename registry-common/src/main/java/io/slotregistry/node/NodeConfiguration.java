package io.slotregistry.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.slotregistry.rpc.bolt.BoltIo;
import java.util.List;
import org.apache.catalina.core.StandardHost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.ConfigurableServletWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What all roles in one process share. */
@Configuration(proxyBeanMethods = false)
public class NodeConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(NodeConfiguration.class);

    @Bean
    SettingsReader settingsReader(Environment environment) {
        return new SettingsReader(environment, System.getenv());
    }

    /** Before anything starts. */
    @Bean
    SmartInitializingSingleton settingsCheck(SettingsReader settings) {
        return () -> {
            settings.refuseUnknown();
            settings.nameIgnoredVariables();
        };
    }

    @Bean
    AdminSettings adminSettings(SettingsReader settings) {
        return settings.read("registry.admin", AdminSettings.DEFAULTS);
    }

    /** Said once, before any node starts. */
    @Bean
    SmartInitializingSingleton addressCheck(NodeSettings settings) {
        return () -> {
            String doubt = settings.doubt();
            if (!doubt.isEmpty()) {
                LOG.warn("event=address-in-doubt advertised={} reason=\"{}\"", settings.host(), doubt);
            }
        };
    }

    /** The web server is for operators; SDKs and probes have {@link KnownPorts}. */
    @Bean
    WebServerFactoryCustomizer<ConfigurableServletWebServerFactory> adminPort(
            NodeSettings settings, AdminSettings admin) {
        return server -> {
            server.setAddress(settings.bindAddress());
            server.setPort(admin.port());
        };
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problems() {
        return tomcat -> tomcat.addContextCustomizers(
                context -> ((StandardHost) context.getParent()).setErrorReportValveClass(ProblemValve.class.getName()));
    }

    /** By a provider: Spring would start what is injected first, and these ports answer while the nodes start. */
    @Bean
    KnownPorts knownPorts(ObjectProvider<RoleNode> nodes, NodeSettings settings) {
        return new KnownPorts(nodes.orderedStream().toList(), settings);
    }

    @Bean
    BoltIo boltIo(NodeSettings settings) {
        return new BoltIo("node-io", settings.ioThreadCount());
    }

    /** Part of readiness; named in the applications' properties. */
    @Bean
    HealthIndicator registry(List<RoleNode> nodes) {
        return new NodeHealth(nodes);
    }

    /** Part of liveness. */
    @Bean
    HealthIndicator failures(List<RoleNode> nodes) {
        return () -> {
            Health.Builder health = Health.up();
            nodes.stream()
                    .filter(node -> !node.failure().isEmpty())
                    .forEach(node -> health.down()
                            .withDetail(node.context().self().node().toString(), node.failure()));
            return health.build();
        };
    }

    @Bean
    NodeMetrics nodeMetrics(List<RoleNode> nodes, MeterRegistry meters) {
        return new NodeMetrics(nodes, meters);
    }

    @Bean
    ClusterInspector clusterInspector(List<RoleNode> nodes) {
        return new ClusterInspector(nodes.get(0));
    }

    @Bean
    KnownParameters knownParameters() {
        return new KnownParameters();
    }

    @Bean
    AdminController adminController(ClusterInspector inspector) {
        return new AdminController(inspector);
    }
}
