package io.slotregistry.node;

import io.slotregistry.model.NodeId;
import io.slotregistry.model.ProcessId;
import io.slotregistry.model.Role;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.rpc.bolt.BoltIo;
import io.slotregistry.rpc.bolt.BoltTransport;
import io.slotregistry.runtime.NodeClock;
import io.slotregistry.runtime.ThreadEventLoop;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/** A command that talks to the nodes of a cluster without being one. Told what it needs to know as a node is. */
public final class ClusterCaller implements AutoCloseable {
    private final BoltIo io;
    private final BoltTransport transport;
    private final ThreadEventLoop loop = new ThreadEventLoop("command");
    private final CompletableFuture<Reply> keyRejected = new CompletableFuture<>();

    /** @throws StartupException when the key is missing or too short */
    public ClusterCaller(NodeSettings settings) {
        NodeId self = new NodeId(Role.META, "command-" + ProcessHandle.current().pid());
        ProcessId process = new ProcessId(self, NodeClock.system().wallMillis());
        this.io = new BoltIo("node-io", 1);
        this.transport = new BoltTransport(
                io, process, settings.key(), reason -> keyRejected.completeExceptionally(new StartupException(reason)));
    }

    /**
     * Settings as a node with these arguments would read them: {@code --registry.key=value}, the environment, files.
     *
     * @throws StartupException with one line that says which is unusable
     */
    public static NodeSettings settings(String... arguments) {
        SettingSources.check(List.of(arguments));
        StandardEnvironment environment = SettingSources.environment(System.getenv());
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
        try {
            ConfigDataEnvironmentPostProcessor.applyTo(environment);
            ConfigurationPropertySources.attach(environment);
            return new SettingsReader(environment, System.getenv()).read("registry", NodeSettings.DEFAULTS);
        } catch (RuntimeException failed) {
            throw new StartupException(RegistryProcess.explain(failed));
        }
    }

    /**
     * Blocks until there is an answer or the time is over.
     *
     * @throws StartupException when the node has another cluster key
     * @throws IllegalStateException with the reason why there is no answer
     */
    public Reply ask(Address node, Request request, long timeoutMillis) {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        transport.call(node, request, timeoutMillis, loop, new Transport.Callback() {
            @Override
            public void replied(Reply reply) {
                answer.complete(reply);
            }

            @Override
            public void failed(String reason) {
                answer.completeExceptionally(new IllegalStateException(reason));
            }
        });
        try {
            return (Reply) CompletableFuture.anyOf(keyRejected, answer).join();
        } catch (CompletionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof StartupException wrongKey) {
                throw wrongKey;
            }
            throw new IllegalStateException(cause == null ? "no answer" : cause.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        transport.close();
        io.close();
        loop.close();
    }
}
