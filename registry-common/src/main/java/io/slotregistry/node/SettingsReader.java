package io.slotregistry.node;

import io.slotregistry.model.Role;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Fills settings records from Spring's environment: the component {@code renewMillis} of a record read under
 * {@code registry.session} is the key {@code registry.session.renew-millis}. What is not set keeps its default, and the
 * record checks itself.
 */
public final class SettingsReader {
    private static final String ROOT = "registry";

    private static final Logger LOG = LoggerFactory.getLogger(SettingsReader.class);

    private final Environment environment;
    private final Map<String, String> variables;
    private final Binder binder;
    private final Map<String, Object> known = new TreeMap<>();

    /** @param variables of the operating system's environment, to say which of them are not taken for settings */
    public SettingsReader(Environment environment, Map<String, String> variables) {
        this.environment = environment;
        this.variables = variables;
        this.binder = Binder.get(environment);
    }

    /** @throws StartupException with the key and what is wrong with its value */
    public <T extends Record> T read(String prefix, T defaults) {
        RecordComponent[] components = defaults.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(prefix + "." + kebab(components[i].getName()), components[i], defaults);
        }
        try {
            @SuppressWarnings("unchecked") // A record's canonical constructor makes that record.
            T record = (T) defaults.getClass().getDeclaredConstructor(types).newInstance(values);
            return record;
        } catch (InvocationTargetException refused) {
            throw new StartupException(withKey(prefix, components, message(refused)));
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("not a public record: " + defaults.getClass(), impossible);
        }
    }

    /**
     * Settings of roles that this process does not have may be set, so that all servers can share a file.
     *
     * @throws StartupException when another key below {@code registry} is set that is not read: perhaps a typing error
     */
    public void refuseUnknown() {
        TreeSet<String> unknown = new TreeSet<>();
        for (var source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource all && !isVariables(source)) {
                for (ConfigurationPropertyName name : all) {
                    if (name.getNumberOfElements() > 1
                            && name.getElement(0, ConfigurationPropertyName.Form.DASHED)
                                    .equals(ROOT)
                            && !isKnown(name.toString())
                            && !isOfAnotherRole(name)) {
                        unknown.add(name.toString());
                    }
                }
            }
        }
        if (!unknown.isEmpty()) {
            throw new StartupException("unknown setting " + String.join(", ", unknown)
                    + ": see docs/configuration.md for the names of all settings");
        }
    }

    /**
     * Says which variables that look like settings are none. They end no start, since others make them as well:
     * Kubernetes and Docker for a service that is called registry.
     */
    public void nameIgnoredVariables() {
        TreeSet<String> ignored = new TreeSet<>();
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            String name = variable.getKey();
            boolean link = SettingSources.isServiceLink(variable.getValue());
            if (!SettingSources.isOurs(name) || (isKnown(name) && !link)) {
                continue;
            }
            ignored.add(name);
            if (isKnown(name)) {
                LOG.warn(
                        "event=variable-is-a-service-link name={} remedy=\"set enableServiceLinks: false in the pod,"
                                + " rename the service, or give the setting on the command line\"",
                        name);
            }
        }
        if (!ignored.isEmpty()) {
            LOG.warn(
                    "event=variables-ignored reason=\"not settings of this process\" names={}",
                    String.join(",", ignored));
        }
    }

    private boolean isKnown(String name) {
        String uniform = uniform(name);
        return known.keySet().stream().anyMatch(key -> uniform(key).equals(uniform));
    }

    private static boolean isVariables(ConfigurationPropertySource source) {
        return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
    }

    private boolean isOfAnotherRole(ConfigurationPropertyName name) {
        String section = ROOT + "." + name.getElement(1, ConfigurationPropertyName.Form.DASHED) + ".";
        return Arrays.stream(Role.values()).anyMatch(role -> section.equals(ROOT + "." + role.lowerName() + "."))
                && known.keySet().stream().noneMatch(key -> key.startsWith(section));
    }

    /** Environment variables have no dashes and may have dots where a key has dashes. */
    static String uniform(String key) {
        return key.replaceAll("[-._]", "").toLowerCase(Locale.ROOT);
    }

    private Object value(String key, RecordComponent component, Record defaults) {
        Object standard = component(component, defaults);
        if (standard instanceof Record nested) {
            return read(key, nested);
        }
        try {
            Object value = binder.bind(key, Bindable.of(component.getType())).orElse(null);
            known.put(key, value == null ? standard : value);
            return value == null ? standard : value;
        } catch (BindException malformed) {
            throw new StartupException("setting " + key + " is not "
                    + (component.getType() == boolean.class ? "true or false" : "a whole number") + ": "
                    + environment.getProperty(key));
        }
    }

    private static Object component(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("not a public record: " + record.getClass(), impossible);
        }
    }

    /** Records know their components' names but not under which keys they are set. */
    private static String withKey(String prefix, RecordComponent[] components, String message) {
        for (RecordComponent component : components) {
            if (message.startsWith(component.getName() + " ")) {
                return "setting " + prefix + "." + kebab(component.getName())
                        + message.substring(component.getName().length());
            }
        }
        return "settings under " + prefix + ": " + message;
    }

    private static String message(InvocationTargetException refused) {
        Throwable cause = refused.getCause();
        return cause == null ? "refused" : String.valueOf(cause.getMessage());
    }

    /** {@code renewMillis} to {@code renew-millis}. */
    static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
