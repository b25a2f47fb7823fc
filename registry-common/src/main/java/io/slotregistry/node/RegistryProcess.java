package io.slotregistry.node;

import com.google.common.collect.ImmutableMap;
import io.slotregistry.rpc.Address;
import java.lang.management.ManagementFactory;
import java.nio.file.FileSystemException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataNotFoundException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.tomcat.ConnectorStartFailedException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts an application, says when it is ready, and says in one line why it is not. */
public final class RegistryProcess {
    private static final ImmutableMap<String, Object> DEFAULTS = ImmutableMap.ofEntries(
            Map.entry("server.error.include-message", "always"),
            Map.entry("server.tomcat.threads.max", "32"),
            Map.entry("server.tomcat.threads.min-spare", "2"),
            // Nothing here needs a body, so none is waited for.
            Map.entry("server.tomcat.max-swallow-size", "0"),
            Map.entry("server.tomcat.connection-timeout", "5s"),
            Map.entry("server.tomcat.max-connections", "256"),
            Map.entry("spring.main.banner-mode", "off"),
            Map.entry("spring.main.log-startup-info", "false"),
            Map.entry("spring.mvc.problemdetails.enabled", "true"),
            Map.entry("spring.lifecycle.timeout-per-shutdown-phase", "5s"),
            Map.entry("management.endpoints.web.exposure.include", "health,metrics,prometheus"),
            Map.entry("management.endpoint.health.probes.enabled", "true"),
            Map.entry("management.endpoint.health.show-details", "always"),
            Map.entry("management.endpoint.health.group.readiness.include", "readinessState,registry"),
            Map.entry("management.endpoint.health.group.liveness.include", "livenessState,failures"),
            Map.entry("springdoc.api-docs.path", "/api/v1/openapi"),
            Map.entry("springdoc.packages-to-scan", "io.slotregistry"),
            Map.entry("logging.level.root", "warn"),
            Map.entry("logging.level.io.slotregistry", "info"),
            // Said in one line by this class.
            Map.entry("logging.level.org.springframework.boot.SpringApplication", "off"),
            Map.entry("logging.level.org.springframework.boot.diagnostics", "off"),
            Map.entry("logging.level.org.apache.catalina", "off"),
            Map.entry("logging.level.org.apache.catalina.util.LifecycleBase", "off"),
            Map.entry("logging.level.org.springframework", "error"),
            // These announce what they do as warnings.
            Map.entry("logging.level.org.springdoc", "error"),
            Map.entry("logging.level.com.google.protobuf", "error"),
            Map.entry("logging.level.com.alipay.sofa", "error"),
            // It repeats twice a second that a member is down, which the health of the members says.
            Map.entry("logging.level.com.alipay.sofa.jraft.core.ReplicatorGroupImpl", "off"),
            // Bolt, behind Raft's port, has a line for each message of a stranger, and Hessian several for itself.
            Map.entry("logging.level.com.alipay.sofa.common.log", "off"),
            Map.entry("logging.level.com.alipay.remoting", "off"),
            Map.entry("logging.level.com.caucho", "off"),
            Map.entry("logging.pattern.dateformat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"),
            Map.entry("logging.pattern.console", "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0} %msg%n%ex"));

    private static final String TEMPORARY_FILES = System.getProperty("java.io.tmpdir", "/tmp");

    private RegistryProcess() {}

    /**
     * Runs until the process is told to stop, which it may be while it still waits for its cluster.
     *
     * @param title what runs, for the reader of the ready line
     * @param defaults settings of this application that users may override
     * @return 0, or 1 when it could not start
     */
    public static int run(String title, Class<?> application, Map<String, Object> defaults, String... args) {
        SpringApplication spring = new SpringApplication(application);
        spring.setEnvironment(SettingSources.environment(System.getenv()));
        Map<String, Object> all = new HashMap<>(DEFAULTS);
        all.putAll(defaults);
        spring.setDefaultProperties(all);
        // Before the settings above apply; the same is said by this class in one line.
        LoggingSystem logging = LoggingSystem.get(RegistryProcess.class.getClassLoader());
        logging.setLogLevel("org.springframework.boot.diagnostics", LogLevel.OFF);
        logging.setLogLevel("org.springframework.boot.SpringApplication", LogLevel.OFF);
        Thread starting = Thread.currentThread();
        Thread stop = new Thread(starting::interrupt, "stop-while-starting");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            SettingSources.check(List.of(args));
            ConfigurableApplicationContext context = spring.run(args);
            Runtime.getRuntime().removeShutdownHook(stop);
            print(readyLine(title, context));
            return 0;
        } catch (RuntimeException failed) {
            if (!starting.isInterrupted()) {
                printError("registry: cannot start: " + explain(failed));
            }
            return 1;
        }
    }

    private static String readyLine(String title, ConfigurableApplicationContext context) {
        double seconds = (System.currentTimeMillis()
                        - ManagementFactory.getRuntimeMXBean().getStartTime())
                / 1000.0;
        StringBuilder line =
                new StringBuilder(String.format(Locale.ROOT, "SlotRegistry %s is ready after %.1f s.", title, seconds));
        context.getBeansOfType(RoleNode.class)
                .values()
                .forEach(node -> line.append("\n  ")
                        .append(node.context().self().node())
                        .append(": ")
                        .append(node.listens()));
        Address admin = new Address(
                context.getBean(NodeSettings.class).host(),
                context.getBean(AdminSettings.class).port());
        return line.append("\n  admin API: http://")
                .append(admin)
                .append("/api/v1")
                .toString();
    }

    /** The innermost cause that was made for people, else the last one. */
    static String explain(Throwable failed) {
        Throwable last = failed;
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            last = cause;
            if (cause instanceof StartupException
                    || cause instanceof io.slotregistry.rpc.bolt.PortUnavailableException) {
                return String.valueOf(cause.getMessage());
            }
            if (cause instanceof PortInUseException inUse) {
                return adminPortInUse(inUse.getPort());
            }
            if (cause instanceof ConnectorStartFailedException inUse) {
                return adminPortInUse(inUse.getPort());
            }
            if (cause instanceof ConfigDataNotFoundException missing) {
                return "the configuration " + missing.getReferenceDescription() + " does not exist: correct its name";
            }
            if (isOfTemporaryFiles(cause)) {
                return "temporary files cannot be used in " + TEMPORARY_FILES + " (" + cause.getMessage()
                        + "): name a directory for them, such as REGISTRY_JAVA_OPTS=-Djava.io.tmpdir=/var/tmp";
            }
            if (cause instanceof BindException malformed) {
                ConfigurationProperty property = malformed.getProperty();
                return "setting " + malformed.getName() + " has an unusable value"
                        + (property == null ? "" : ": " + property.getValue());
            }
        }
        String message =
                String.valueOf(last.getMessage()).lines().map(String::strip).collect(Collectors.joining(" "));
        return last.getClass().getSimpleName() + ": " + message;
    }

    /** It is read-only, full or mounted noexec: what is not in the release's directory is unpacked there and run. */
    private static boolean isOfTemporaryFiles(Throwable cause) {
        return (cause instanceof FileSystemException || cause instanceof UnsatisfiedLinkError)
                && String.valueOf(cause.getMessage()).startsWith(TEMPORARY_FILES);
    }

    private static String adminPortInUse(int port) {
        return "the admin port " + port + " is in use: stop the process that uses it, or choose another with "
                + AdminSettings.PORT;
    }

    private static void print(String text) {
        System.out.println(text);
    }

    private static void printError(String text) {
        System.err.println(text);
    }
}
