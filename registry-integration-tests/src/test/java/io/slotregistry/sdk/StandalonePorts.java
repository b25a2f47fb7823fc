package io.slotregistry.sdk;

import java.util.List;

/**
 * Where a registry with all roles in one process listens.
 *
 * @param first of nine ports in a row
 */
public record StandalonePorts(int first) {
    public static StandalonePorts free() {
        return new StandalonePorts(FreePorts.take(9));
    }

    public int client() {
        return first;
    }

    public int sessionNode() {
        return first + 1;
    }

    /** The address list's. */
    public int http() {
        return first + 2;
    }

    public int dataNode() {
        return first + 3;
    }

    public int dataHttp() {
        return first + 4;
    }

    public int metaNode() {
        return first + 5;
    }

    public int raft() {
        return first + 6;
    }

    public int metaHttp() {
        return first + 7;
    }

    /** Of API, metrics and health. */
    public int admin() {
        return first + 8;
    }

    /** With a directory of its own for meta. */
    public List<String> settings() {
        return List.of(
                "--registry.session.port=" + client(),
                "--registry.session.node-port=" + sessionNode(),
                "--registry.session.http-port=" + http(),
                "--registry.data.node-port=" + dataNode(),
                "--registry.data.http-port=" + dataHttp(),
                "--registry.meta.node-port=" + metaNode(),
                "--registry.meta.http-port=" + metaHttp(),
                "--registry.admin.port=" + admin(),
                "--registry.meta.data-dir="
                        + RegistryCommand.directory(ProcessHandle.current().pid() + "-" + first));
    }
}
