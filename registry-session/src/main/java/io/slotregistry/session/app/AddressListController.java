package io.slotregistry.session.app;

import com.google.common.base.Splitter;
import io.slotregistry.cluster.Member;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Where clients find sessions. An empty answer would make them forget all addresses, so it is never given: before this
 * session takes clients the answer is an error, upon which they keep what they have.
 */
@RestController
final class AddressListController {
    /** All the same: clients that see different weights never try the heaviest, even when the others are dead. */
    private static final int WEIGHT = 1;

    private static final String ZONE = "zone=";

    private final SessionNode session;

    AddressListController(SessionNode session) {
        this.session = session;
    }

    @GetMapping(path = "/api/servers/query", produces = MediaType.TEXT_PLAIN_VALUE)
    String query(HttpServletRequest request) {
        return join(zone(request), address -> address);
    }

    @GetMapping(path = "/api/servers/queryWithWeight", produces = MediaType.TEXT_PLAIN_VALUE)
    String queryWithWeight(HttpServletRequest request) {
        return join(zone(request), address -> address + "?weight=" + WEIGHT);
    }

    @GetMapping(path = "/api/servers/query.json", produces = MediaType.APPLICATION_JSON_VALUE)
    List<String> queryJson(HttpServletRequest request) {
        return addresses(zone(request));
    }

    @GetMapping(path = "/api/servers/alive", produces = MediaType.TEXT_PLAIN_VALUE)
    String alive() {
        return "OK";
    }

    @GetMapping(path = "/api/servers/connectionNum", produces = MediaType.TEXT_PLAIN_VALUE)
    String connectionNum() {
        return Integer.toString(session.server().connectionCount());
    }

    @GetMapping(path = "/health/check", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<HealthCheck> healthCheck() {
        String trouble = session.trouble();
        boolean healthy = trouble.isEmpty();
        return ResponseEntity.status(healthy ? HttpStatus.OK : HttpStatus.INTERNAL_SERVER_ERROR)
                .body(new HealthCheck(healthy, healthy ? "ready" : trouble));
    }

    record HealthCheck(boolean success, String message) {}

    /** By hand, because clients encode nothing: for a stray percent sign all parameters would be refused. */
    private static @Nullable String zone(HttpServletRequest request) {
        String query = String.valueOf(request.getQueryString());
        for (String parameter : Splitter.on('&').split(query)) {
            if (parameter.startsWith(ZONE)) {
                return decode(parameter.substring(ZONE.length()));
            }
        }
        return null;
    }

    private static String decode(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return value;
        }
    }

    private String join(@Nullable String zone, Function<String, String> entry) {
        return addresses(zone).stream().map(entry).collect(Collectors.joining(";"));
    }

    /** Those in the zone; all when there is none in it or none is named. */
    private List<String> addresses(@Nullable String zone) {
        if (!session.isRunning()) {
            throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, session.trouble());
        }
        List<Member> all = session.server().clientAddresses();
        List<Member> inZone = zone == null
                ? all
                : all.stream()
                        .filter(member -> upper(member.zone()).equals(upper(zone)))
                        .toList();
        return (inZone.isEmpty() ? all : inZone)
                .stream().map(member -> String.valueOf(member.clientAddress())).toList();
    }

    private static String upper(String zone) {
        return zone.toUpperCase(Locale.ROOT);
    }
}
