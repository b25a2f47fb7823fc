package io.slotregistry.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.slotregistry.http.HttpAnswer;
import io.slotregistry.http.HttpPort;
import io.slotregistry.http.HttpQuestion;
import io.slotregistry.rpc.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.context.SmartLifecycle;

/**
 * The HTTP ports that probes and SDKs know, one for each role. They say whether this process is ready, and no more:
 * strangers reach them. The health of the admin port has the reasons.
 */
final class KnownPorts implements SmartLifecycle, MeterBinder {
    private static final HttpAnswer UP = HttpAnswer.json(200, "{\"status\":\"UP\"}");
    private static final HttpAnswer DOWN = HttpAnswer.json(503, "{\"status\":\"DOWN\"}");
    private static final HttpAnswer OUT_OF_SERVICE = HttpAnswer.json(503, "{\"status\":\"OUT_OF_SERVICE\"}");
    private static final HttpAnswer HEALTHY = HttpAnswer.json(200, "{\"success\":true,\"message\":\"ready\"}");
    private static final HttpAnswer UNHEALTHY = HttpAnswer.json(500, "{\"success\":false,\"message\":\"not ready\"}");
    private static final HttpAnswer UNKNOWN = HttpAnswer.text(
            404,
            "not here: this port has probes and clients' address list; API and metrics are at registry.admin.port");

    private final List<RoleNode> nodes;
    private final List<HttpPort> ports = new ArrayList<>();
    private volatile boolean running;

    KnownPorts(List<RoleNode> nodes, NodeSettings settings) {
        this.nodes = nodes;
        for (RoleNode node : nodes) {
            ports.add(new HttpPort(
                    "http-" + role(node),
                    new Address(settings.bind(), node.httpPort()),
                    question -> answer(node, question)));
        }
    }

    private HttpAnswer answer(RoleNode node, HttpQuestion question) {
        return switch (question.path()) {
            case "/actuator/health/liveness" -> hasFailed() ? DOWN : UP;
            case "/actuator/health/readiness" -> isReady() ? UP : OUT_OF_SERVICE;
            case "/health/check" -> isReady() ? HEALTHY : UNHEALTHY;
            default -> {
                HttpAnswer answer = node.answer(question);
                yield answer == null ? UNKNOWN : answer;
            }
        };
    }

    private boolean hasFailed() {
        return nodes.stream().anyMatch(each -> !each.failure().isEmpty());
    }

    private boolean isReady() {
        return nodes.stream().allMatch(node -> node.trouble().isEmpty());
    }

    @Override
    public void start() {
        running = true;
        ports.forEach(HttpPort::listen);
    }

    @Override
    public void stop() {
        running = false;
        ports.forEach(HttpPort::close);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return RoleNode.BEFORE_ALL;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        for (int i = 0; i < nodes.size(); i++) {
            for (HttpPort.Outcome outcome : HttpPort.Outcome.values()) {
                FunctionCounter.builder("registry.http.connections", ports.get(i), port -> port.count(outcome))
                        .description("Connections to the port of probes and clients' address list")
                        .tag("role", role(nodes.get(i)))
                        .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                        .register(meters);
            }
        }
    }

    private static String role(RoleNode node) {
        return node.context().self().node().role().lowerName();
    }
}
