package io.slotregistry.node;

import com.google.common.collect.ImmutableMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Where settings come from: the command line, files that it names, system properties, and environment variables that
 * begin with {@code REGISTRY_}. Other variables and files are of other programs, which may use the same names.
 */
final class SettingSources {
    private static final String VARIABLE_PREFIX = "REGISTRY_";
    /** Read by the script that starts the JVM. */
    private static final String JAVA_OPTIONS = "REGISTRY_JAVA_OPTS";
    /** What Kubernetes and Docker set for a service, REGISTRY_PORT for one that is called registry. */
    private static final Pattern SERVICE_LINK = Pattern.compile("(tcp|udp|sctp)://.*");

    private static final Pattern ARGUMENT =
            Pattern.compile("--((registry|spring|server|management|logging|springdoc)[.\\[][^=]+)=.*", Pattern.DOTALL);

    private SettingSources() {}

    /** @param variables of the operating system's environment */
    static StandardEnvironment environment(Map<String, String> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        MutablePropertySources sources = environment.getPropertySources();
        ImmutableMap.Builder<String, Object> ours = ImmutableMap.builder();
        variables.forEach((name, value) -> {
            if (isOurs(name) && !isServiceLink(value)) {
                ours.put(name, value);
            }
        });
        String standard = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        sources.replace(standard, new SystemEnvironmentPropertySource(standard, ours.buildOrThrow()));
        // Otherwise an application.yml of the working directory would count.
        sources.addLast(
                new MapPropertySource("no-files-but-named-ones", ImmutableMap.of("spring.config.location", "")));
        return environment;
    }

    static boolean isOurs(String variable) {
        return variable.regionMatches(true, 0, VARIABLE_PREFIX, 0, VARIABLE_PREFIX.length())
                && !variable.equals(JAVA_OPTIONS);
    }

    static boolean isServiceLink(String value) {
        return SERVICE_LINK.matcher(value).matches();
    }

    /**
     * Checks arguments of the form {@code --key=value}; the values are checked when they are read.
     *
     * @throws StartupException when one is something else, or is given twice
     */
    public static void check(Iterable<String> arguments) {
        Set<String> given = new HashSet<>();
        for (String argument : arguments) {
            var setting = ARGUMENT.matcher(argument);
            if (!setting.matches()) {
                throw new StartupException(argument + " is not a setting: give settings as --registry.key=value");
            }
            if (!given.add(SettingsReader.uniform(setting.group(1)))) {
                throw new StartupException("setting " + setting.group(1) + " is given twice");
            }
        }
    }
}
