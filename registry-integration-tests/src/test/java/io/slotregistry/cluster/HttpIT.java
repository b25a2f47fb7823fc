package io.slotregistry.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alipay.sofa.registry.core.model.PublisherRegister;
import com.alipay.sofa.registry.core.model.SubscriberRegister;
import io.slotregistry.conformance.Registrations;
import io.slotregistry.sdk.BoltSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What operators and clients ask over HTTP, of a cluster of several processes. */
@ExtendWith(SharedCluster.class)
class HttpIT {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final LoopbackCluster cluster;
    private final ClusterNode first;
    private final ClusterNode second;
    private final BoltSocket client;

    HttpIT(LoopbackCluster cluster) {
        this.cluster = cluster;
        this.first = cluster.session(0);
        this.second = cluster.session(1);
        this.client = new BoltSocket(first.clientPort());
    }

    @AfterEach
    void close() {
        client.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/servers/query",
                "/api/servers/query?zone=&env=",
                "/api/servers/query?zone=NO_SUCH_ZONE&appName=null&instanceId=null&env=null",
                "/api/servers/query?zone=100%&appName=%zz",
                "/api/servers/query?zone=null&appName={a|b}\"^`<>\\[]"
            })
    void withoutAKnownZoneAllSessionsAreListed(String target) {
        for (ClusterNode session : cluster.sessions) {
            Http.Answer answer = session.get(target);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.isOfType("text/plain")).as(answer.head()).isTrue();
            assertThat(answer.body().split(";"))
                    .containsExactlyInAnyOrder(first.clientAddress(), second.clientAddress());
        }
    }

    @Test
    void aKnownZoneIsPreferredInWhicheverCase() {
        assertThat(first.get("/api/servers/query?zone=ZONE-2").body()).isEqualTo(second.clientAddress());
        assertThat(second.get("/api/servers/query?zone=zone-1").body()).isEqualTo(first.clientAddress());
    }

    @Test
    void weightsAreEqual() {
        Http.Answer answer = first.get("/api/servers/queryWithWeight?zone=DEFAULT_ZONE&env=null");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().split(";"))
                .hasSize(2)
                .extracting(entry -> entry.replaceFirst("^[^?]*", ""))
                .containsOnly("?weight=1");
    }

    @Test
    void theListComesAsJsonToo() {
        assertThat(texts(first.get("/api/servers/query.json").json()))
                .containsExactlyInAnyOrder(first.clientAddress(), second.clientAddress());
    }

    @Test
    void aSessionSaysHowItIs() {
        assertThat(first.get("/api/servers/alive").body()).isEqualTo("OK");
        await("this test's connection is counted")
                .atMost(LIMIT)
                .until(() ->
                        Integer.parseInt(first.get("/api/servers/connectionNum").body()) >= 1);
        JsonNode health = first.get("/health/check").json();
        assertThat(health.get("success").asBoolean()).isTrue();
        assertThat(health.get("message").asString()).isEqualTo("ready");
    }

    @Test
    void everyRoleHasProbesAndMetrics() {
        for (ClusterNode node : cluster.alive()) {
            for (String probe : List.of("liveness", "readiness")) {
                Http.Answer answer = node.get("/actuator/health/" + probe);
                assertThat(answer.status()).as(node.id() + answer.body()).isEqualTo(200);
                assertThat(answer.json().get("status").asString()).isEqualTo("UP");
            }
            assertThat(node.get("/actuator/prometheus").body())
                    .contains("registry_node_ready{")
                    .contains("registry_view_epoch{")
                    .contains("registry_node_violations_total{")
                    .contains("registry_node_bytes_total{")
                    .contains("registry_streams_unsynced{");
        }
        assertThat(first.get("/actuator/prometheus").body())
                .contains("registry_session_clients ")
                .contains("registry_session_pushes_total ");
        assertThat(cluster.meta.get("/actuator/prometheus").body()).contains("\nregistry_meta_leader 1.0");
    }

    /** Strangers reach it. */
    @Test
    void thePortOfProbesSaysNothingElse() {
        for (ClusterNode node : cluster.alive()) {
            assertThat(Http.get(node.httpPort(), "/actuator/health/readiness").body())
                    .isEqualTo("{\"status\":\"UP\"}");
            for (String target : List.of("/api/v1/nodes", "/actuator/prometheus", "/actuator/health", "/")) {
                assertThat(Http.get(node.httpPort(), target).status())
                        .as(target)
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void everyNodeListsTheSameNodes() {
        List<String> expected = cluster.alive().stream()
                .filter(node -> node != cluster.meta)
                .map(ClusterNode::id)
                .sorted()
                .toList();
        for (ClusterNode node : cluster.alive()) {
            JsonNode answer = node.get("/api/v1/nodes").json();
            assertThat(stream(answer.get("nodes")).map(each -> each.get("id").asString()))
                    .as(node.id())
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(answer.get("clusterId"))
                    .isEqualTo(cluster.meta.get("/api/v1/nodes").json().get("clusterId"));
        }
    }

    @Test
    void everyNodeKnowsTheOwnersOfAllSlots() {
        for (ClusterNode node : cluster.alive()) {
            JsonNode answer = node.get("/api/v1/slots?replicas=true").json();
            assertThat(stream(answer.get("slots")))
                    .as(node.id())
                    .hasSize(256)
                    .allSatisfy(slot -> assertThat(slot.get("leader").isNull())
                            .as(slot.toString())
                            .isFalse());
            assertThat(answer.get("unanswered")).isEmpty();
        }
        assertThat(first.get("/api/v1/slots").json().get("slots").get(0).has("replicas"))
                .as("replicas although nobody asked")
                .isFalse();
    }

    @Test
    void servicesComePageByPage() {
        for (int i = 0; i < 7; i++) {
            publish("paged-" + i);
        }
        await("all are known")
                .atMost(LIMIT)
                .until(() -> names("/api/v1/services?prefix=paged-").size() == 7);

        List<String> names = new ArrayList<>();
        List<String> page = names("/api/v1/services?prefix=paged-&limit=3");
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(3);
            names.addAll(page);
            page = names("/api/v1/services?prefix=paged-&limit=3&after="
                    + names.get(names.size() - 1).replace("#", "%23"));
        }
        assertThat(names).hasSize(7).isSorted().isEqualTo(names("/api/v1/services?prefix=paged-"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/services?limit=0",
                "/api/v1/services?limit=10001",
                "/api/v1/services?limit=many",
                "/api/v1/slots?replicas=perhaps",
                "/api/v1/service",
                "/api/v1/service?dataId=",
                "/api/v1/service?dataId=a%23@%23b",
                "/api/v1/service?dataId=a&limit=0",
                "/api/v1/services?prefx=a",
                "/api/v1/nodes?role=data",
                "/api/v1/clients?page=2",
                "/api/v1/clients?after=nowhere",
                "/api/v1/clients?limit=0",
                "/api/v1/services?prefix=a b",
                "/api/v1/services?prefix=\u00e9"
            })
    void aMalformedQuestionIsExplained(String target) {
        Http.Answer answer = first.get(target);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.isOfType("application/problem+json"))
                .as(answer.head())
                .isTrue();
        assertThat(answer.json().get("status").asInt()).isEqualTo(400);
        assertThat(answer.json().get("detail").asString()).isNotBlank();
    }

    @Test
    void aServiceIsShownWithItsPublishersAndSubscribers() {
        publish("shown");
        SubscriberRegister subscriber = Registrations.subscriber("shown");
        client.call(subscriber);
        await("it is known").atMost(LIMIT).until(() -> detail("shown").status() == 200);
        await("both are shown")
                .atMost(LIMIT)
                .until(() -> detail("shown").json().get("publishers").size() == 1
                        && detail("shown").json().get("subscribers").size() == 1);

        JsonNode detail = detail("shown").json();
        assertThat(detail.get("publishers").get(0).get("session").asString())
                .as("a process of the session")
                .startsWith(first.id() + "@");
        assertThat(detail.get("subscribers").get(0).get("registerId").asString())
                .isEqualTo(subscriber.getRegistId());
        assertThat(detail.get("more").asBoolean()).isFalse();
        publish("shown");
        await("there are more than were asked for")
                .atMost(LIMIT)
                .until(() -> second.get("/api/v1/service?dataId=shown&limit=1")
                        .json()
                        .get("more")
                        .asBoolean());
        assertThat(detail("nobody-knows-it").status()).isEqualTo(404);
        assertThat(detail("nobody-knows-it").json().get("detail").asString()).contains("nobody-knows-it");
    }

    @Test
    void clientsAreListedWithTheirSessions() {
        client.call(Registrations.subscriber("listed"));

        JsonNode clients = second.get("/api/v1/clients").json();

        assertThat(stream(clients.get("items")).map(each -> each.get("session").asString()))
                .contains(first.id());
        assertThat(clients.get("unanswered")).isEmpty();
    }

    @Test
    void clientsComeInPages() {
        try (BoltSocket other = new BoltSocket(second.clientPort());
                BoltSocket third = new BoltSocket(first.clientPort())) {
            client.call(Registrations.subscriber("listed"));
            other.call(Registrations.subscriber("listed"));
            third.call(Registrations.subscriber("listed"));
            List<String> pages = new ArrayList<>();
            List<String> page = clientIds("?limit=1");
            while (!page.isEmpty()) {
                assertThat(page).hasSize(1);
                pages.addAll(page);
                page = clientIds("?limit=1&after=" + page.get(0));
            }

            assertThat(pages).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(3);
            assertThat(clientIds("")).containsAll(pages);
        }
    }

    private List<String> clientIds(String query) {
        return stream(second.get("/api/v1/clients" + query).json().get("items"))
                .map(each -> each.get("id").asString())
                .toList();
    }

    @Test
    void theInterfaceIsDescribed() {
        Http.Answer answer = cluster.meta.get("/api/v1/openapi");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("paths").propertyNames())
                .contains("/api/v1/nodes", "/api/v1/slots", "/api/v1/services", "/api/v1/service", "/api/v1/clients");
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        Http.Answer answer = first.get("/api/v1/nonsense");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).doesNotContain("\tat ");
    }

    private void publish(String dataId) {
        PublisherRegister register = Registrations.publisher(dataId, "10.0.0.1:80");
        client.call(register);
    }

    private Http.Answer detail(String dataId) {
        return second.get("/api/v1/service?dataId=" + dataId);
    }

    private List<String> names(String target) {
        return stream(second.get(target).json().get("items"))
                .map(service -> service.get("dataInfoId").asString())
                .toList();
    }

    private static java.util.stream.Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static List<String> texts(JsonNode array) {
        return stream(array).map(JsonNode::asString).toList();
    }
}
