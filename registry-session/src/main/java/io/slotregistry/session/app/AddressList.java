package io.slotregistry.session.app;

import io.slotregistry.cluster.Member;
import io.slotregistry.http.HttpAnswer;
import io.slotregistry.http.HttpQuestion;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Host;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where clients find sessions. An empty answer would make them forget all addresses, so it is never given: before this
 * session takes clients the answer is an error, upon which they keep what they have. Parameters that it does not know
 * are ignored.
 */
final class AddressList {
    /** All the same: clients that see different weights never try the heaviest, even when the others are dead. */
    private static final int WEIGHT = 1;

    private final SessionNode session;

    AddressList(SessionNode session) {
        this.session = session;
    }

    @Nullable
    HttpAnswer answer(HttpQuestion question) {
        return switch (question.path()) {
            case "/api/servers/query" -> list(question, address -> address);
            case "/api/servers/queryWithWeight" -> list(question, address -> address + "?weight=" + WEIGHT);
            case "/api/servers/query.json" -> json(question);
            case "/api/servers/alive" -> HttpAnswer.text(200, "OK");
            case "/api/servers/connectionNum" ->
                HttpAnswer.text(200, Integer.toString(session.server().connectionCount()));
            default -> null;
        };
    }

    private HttpAnswer list(HttpQuestion question, Function<String, String> entry) {
        List<String> addresses = addresses(question);
        return addresses.isEmpty()
                ? notYet()
                : HttpAnswer.text(200, addresses.stream().map(entry).collect(Collectors.joining(";")));
    }

    private HttpAnswer json(HttpQuestion question) {
        List<String> addresses = addresses(question);
        return addresses.isEmpty()
                ? notYet()
                : HttpAnswer.json(
                        200,
                        addresses.stream()
                                .map(address -> '"' + address + '"')
                                .collect(Collectors.joining(",", "[", "]")));
    }

    private static HttpAnswer notYet() {
        return HttpAnswer.text(503, "no session takes clients yet, or none has an address that SDKs can use");
    }

    /** Those in the zone; all when there is none in it or none is named. */
    private List<String> addresses(HttpQuestion question) {
        if (!session.isRunning()) {
            return List.of();
        }
        String zone = question.parameter("zone");
        List<Member> all = session.server().clientAddresses().stream()
                .filter(AddressList::isUsable)
                .toList();
        List<Member> inZone = zone == null
                ? all
                : all.stream()
                        .filter(member -> upper(member.zone()).equals(upper(zone)))
                        .toList();
        return (inZone.isEmpty() ? all : inZone)
                .stream().map(member -> String.valueOf(member.clientAddress())).toList();
    }

    private static boolean isUsable(Member session) {
        Address address = session.clientAddress();
        return address != null && !Host.isIpv6(address.host());
    }

    private static String upper(String zone) {
        return zone.toUpperCase(Locale.ROOT);
    }
}
