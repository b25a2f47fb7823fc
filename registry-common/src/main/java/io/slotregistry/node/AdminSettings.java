package io.slotregistry.node;

/**
 * @param port for the admin API, metrics and health, of which a process has one whatever its roles: 9604 of a session
 *     and of standalone, 9616 of a meta server, 9623 of a data server
 */
public record AdminSettings(int port) {
    public static final AdminSettings DEFAULTS = new AdminSettings(9604);

    /** The key of the port, for roles whose usual port is another. */
    public static final String PORT = "registry.admin.port";

    public AdminSettings {
        NodeSettings.requirePort("port", port);
    }
}
