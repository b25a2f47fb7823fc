package io.slotregistry.session.app;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.slotregistry.node.NodeSettings;
import io.slotregistry.node.SettingsReader;
import io.slotregistry.rpc.bolt.BoltIo;
import io.slotregistry.session.SessionServer;
import io.slotregistry.session.SessionSettings;
import io.slotregistry.session.hold.HoldingSettings;
import io.slotregistry.session.port.ClientPort;
import io.slotregistry.session.port.ClientPortSettings;
import java.util.function.ToDoubleFunction;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The session role in a process of its own or beside other roles. */
@Configuration(proxyBeanMethods = false)
public class SessionConfiguration {
    private static final String PREFIX = "registry.session";

    @Bean
    SessionNode sessionNode(NodeSettings node, SettingsReader settings, BoltIo io) {
        return new SessionNode(
                node,
                settings.read(PREFIX, SessionPorts.DEFAULTS),
                settings.read(PREFIX, SessionSettings.DEFAULTS),
                settings.read(PREFIX + ".clients", ClientPortSettings.DEFAULTS),
                settings.read(PREFIX + ".hold", HoldingSettings.DEFAULTS),
                io);
    }

    @Bean
    MeterBinder sessionMetrics(SessionNode session) {
        return meters -> {
            Gauge.builder("registry.session.clients", session.server(), server -> server.connectionCount())
                    .description("Connections of clients")
                    .register(meters);
            FunctionCounter.builder("registry.session.clients.let.go", session.server(), SessionServer::clientsLetGo)
                    .description("Clients that were asked to go to another session, which has fewer")
                    .register(meters);
            FunctionCounter.builder("registry.session.parts.pushed", session.server(), SessionServer::partsPushed)
                    .description("First lists that were pushed after a start of the whole cluster while they may have"
                            + " been growing")
                    .register(meters);
            Gauge.builder("registry.session.publications", session, SessionNode::publicationCount)
                    .description("Publications of this session's clients")
                    .register(meters);
            Gauge.builder("registry.session.backlog", session, SessionNode::backlog)
                    .description("Registrations and watches remembered for data servers that are to be told of them")
                    .register(meters);
        };
    }

    @Bean
    MeterBinder clientPortMetrics(SessionNode session) {
        return meters -> {
            count(meters, session, "requests", "Requests of clients", ClientPort::requests);
            count(meters, session, "refusals", "Registrations that were understood but refused", ClientPort::refusals);
            count(
                    meters,
                    session,
                    "not.taken",
                    "Registrations beyond a limit, answered as if they had been taken",
                    ClientPort::registrationsNotTaken);
            holdings(meters, session);
            count(
                    meters,
                    session,
                    "not.answered",
                    "Registrations whose registerId a client at another address has; SDKs ask again each second",
                    ClientPort::registrationsUnanswered);
            count(
                    meters,
                    session,
                    "violations",
                    "Connections closed because the client broke the protocol or a limit",
                    ClientPort::violations);
            count(
                    meters,
                    session,
                    "skipped",
                    "Requests that were too long or found no room, and were left unanswered",
                    ClientPort::skipped);
            count(
                    meters,
                    session,
                    "received.bytes",
                    "Bytes from clients",
                    clients -> clients.traffic().receivedBytes());
            count(
                    meters,
                    session,
                    "sent.bytes",
                    "Bytes to clients",
                    clients -> clients.traffic().sentBytes());
            count(meters, session, "pushes", "Pushes to clients", ClientPort::pushes);
            count(meters, session, "pushes.failed", "Pushes that were not acknowledged", ClientPort::failedPushes);
        };
    }

    private static void holdings(MeterRegistry meters, SessionNode session) {
        Gauge.builder(
                        "registry.session.held.bytes",
                        session,
                        node -> node.holdings().all().used())
                .description("What clients make this session hold, roughly")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder(
                        "registry.session.held.limit.bytes",
                        session,
                        node -> node.holdings().all().limit())
                .description("What clients may make this session hold")
                .baseUnit("bytes")
                .register(meters);
    }

    private static void count(
            MeterRegistry meters,
            SessionNode session,
            String name,
            String description,
            ToDoubleFunction<ClientPort> value) {
        FunctionCounter.builder("registry.session." + name, session.clients(), value)
                .description(description)
                .register(meters);
    }
}
