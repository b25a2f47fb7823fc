package io.slotregistry.node;

import io.slotregistry.cluster.ClusterView;
import io.slotregistry.cluster.Member;
import io.slotregistry.model.DataInfoId;
import io.slotregistry.model.NodeId;
import io.slotregistry.model.Role;
import io.slotregistry.node.AdminViews.Client;
import io.slotregistry.node.AdminViews.Event;
import io.slotregistry.node.AdminViews.Listing;
import io.slotregistry.node.AdminViews.Node;
import io.slotregistry.node.AdminViews.Nodes;
import io.slotregistry.node.AdminViews.Publisher;
import io.slotregistry.node.AdminViews.Replica;
import io.slotregistry.node.AdminViews.Service;
import io.slotregistry.node.AdminViews.ServiceDetail;
import io.slotregistry.node.AdminViews.Slot;
import io.slotregistry.node.AdminViews.Slots;
import io.slotregistry.node.AdminViews.Subscriber;
import io.slotregistry.proto.EventRow;
import io.slotregistry.proto.Inspect;
import io.slotregistry.proto.Inspection;
import io.slotregistry.proto.PublisherRow;
import io.slotregistry.proto.ReplicaRow;
import io.slotregistry.proto.ServiceQuery;
import io.slotregistry.proto.ServiceRow;
import io.slotregistry.proto.SubscriberRow;
import io.slotregistry.proto.TimelineQuery;
import io.slotregistry.slot.SlotFunction;
import io.slotregistry.slot.Version;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Looks at the whole cluster from any of its nodes. Changes nothing. */
@RestController
@RequestMapping("/api/v1")
@Tag(name = "registry", description = "Reads the state of the cluster; any node answers for all")
final class AdminController {
    private static final int MAX_LIMIT = 10_000;

    private final ClusterInspector cluster;

    AdminController(ClusterInspector cluster) {
        this.cluster = cluster;
    }

    @GetMapping("/nodes")
    @Operation(summary = "All living sessions and data servers, as meta lists them")
    Nodes nodes() {
        ClusterView view = cluster.view();
        List<Node> nodes = view.members().values().stream()
                .map(member -> new Node(
                        member.node().toString(),
                        member.node().role().lowerName(),
                        member.process().incarnation(),
                        member.address().toString(),
                        textOrNull(member.clientAddress()),
                        textOrNull(member.httpAddress()),
                        member.zone(),
                        member.leaving()))
                .toList();
        return new Nodes(view.clusterId(), view.epoch(), nodes);
    }

    @GetMapping("/slots")
    @Operation(summary = "Who owns each slot; with replicas=true also how each replica is doing")
    Slots slots(@RequestParam(defaultValue = "false") boolean replicas) {
        ClusterView view = cluster.view();
        Map<Integer, List<Replica>> bySlot = new HashMap<>();
        List<String> unanswered = List.of();
        if (replicas) {
            var answers = cluster.ask(
                    members(view, Role.DATA),
                    Inspect.newBuilder().setReplicas(true).build());
            answers.byNode()
                    .forEach((node, answer) -> answer.getReplicasList()
                            .forEach(row -> bySlot.computeIfAbsent(row.getSlot(), slot -> new ArrayList<>())
                                    .add(replica(node, row))));
            unanswered = answers.unanswered();
        }
        List<Slot> slots = new ArrayList<>();
        for (int slotId = 0; slotId < view.slotCount(); slotId++) {
            var owners = view.owners(slotId);
            slots.add(new Slot(
                    slotId,
                    textOrNull(owners.leader()),
                    owners.followers().stream().map(NodeId::toString).toList(),
                    owners.leaderEpoch(),
                    replicas ? bySlot.getOrDefault(slotId, List.of()) : null));
        }
        return new Slots(view.epoch(), slots, unanswered);
    }

    @GetMapping("/services")
    @Operation(
            summary = "Services in the order of their names, page by page: after is the last name of the page before")
    Listing<Service> services(
            @RequestParam(defaultValue = "") String prefix,
            @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "100") int limit) {
        requireLimit(limit);
        ClusterView view = cluster.view();
        ServiceQuery query = ServiceQuery.newBuilder()
                .setPrefix(prefix)
                .setAfter(after)
                .setLimit(limit)
                .build();
        var answers = cluster.ask(
                members(view, Role.DATA),
                Inspect.newBuilder().setServices(query).build());
        List<Service> services = answers.byNode().values().stream()
                .flatMap(answer -> answer.getServicesList().stream())
                .filter(ServiceRow::getLeader)
                .map(row -> service(row, view))
                .sorted(Comparator.comparing(Service::dataInfoId))
                .limit(limit)
                .toList();
        return new Listing<>(services, answers.unanswered());
    }

    @GetMapping("/service")
    @Operation(summary = "One service with its first publishers and subscribers")
    ServiceDetail service(
            @RequestParam String dataId,
            @RequestParam(defaultValue = DataInfoId.DEFAULT_INSTANCE_ID) String instanceId,
            @RequestParam(defaultValue = DataInfoId.DEFAULT_GROUP) String group,
            @RequestParam(defaultValue = "1000") int limit) {
        requireLimit(limit);
        ClusterView view = cluster.view();
        String id = dataInfoId(dataId, instanceId, group);
        List<Member> everyone = new ArrayList<>(members(view, Role.DATA));
        everyone.addAll(members(view, Role.SESSION));
        // One more, to know whether there are more.
        Inspect question =
                Inspect.newBuilder().setService(id).setLimit(limit + 1).build();
        var answers = cluster.ask(everyone, question);
        @Nullable ServiceRow row = null;
        List<Publisher> publishers = new ArrayList<>();
        List<Subscriber> subscribers = new ArrayList<>();
        for (Map.Entry<String, Inspection> answer : answers.byNode().entrySet()) {
            for (ServiceRow found : answer.getValue().getServicesList()) {
                if (found.getLeader()) {
                    row = found;
                    answer.getValue().getPublishersList().forEach(publisher -> publishers.add(publisher(publisher)));
                }
            }
            answer.getValue()
                    .getSubscribersList()
                    .forEach(subscriber -> subscribers.add(subscriber(answer.getKey(), subscriber)));
        }
        if (row == null && subscribers.isEmpty() && answers.unanswered().isEmpty()) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND, "nobody publishes or subscribes to " + id);
        }
        ServiceRow shown =
                row == null ? ServiceRow.newBuilder().setDataInfoId(id).build() : row;
        return new ServiceDetail(
                service(shown, view),
                first(limit, publishers),
                first(limit, subscribers),
                publishers.size() > limit || subscribers.size() > limit,
                answers.unanswered());
    }

    @GetMapping("/timeline")
    @Operation(summary = "What happened to a service lately, as all nodes remember it: the last events, oldest first")
    Listing<Event> timeline(
            @RequestParam String dataId,
            @RequestParam(defaultValue = DataInfoId.DEFAULT_INSTANCE_ID) String instanceId,
            @RequestParam(defaultValue = DataInfoId.DEFAULT_GROUP) String group,
            @RequestParam(defaultValue = "1000") int limit) {
        requireLimit(limit);
        ClusterView view = cluster.view();
        List<Member> everyone = new ArrayList<>(members(view, Role.DATA));
        everyone.addAll(members(view, Role.SESSION));
        TimelineQuery query = TimelineQuery.newBuilder()
                .setDataInfoId(dataInfoId(dataId, instanceId, group))
                .setLimit(limit)
                .build();
        var answers =
                cluster.ask(everyone, Inspect.newBuilder().setTimeline(query).build());
        List<Event> events = new ArrayList<>();
        answers.byNode().forEach((node, answer) -> answer.getEventsList().forEach(row -> events.add(event(node, row))));
        events.sort(Comparator.comparingLong(Event::millis));
        return new Listing<>(events.subList(Math.max(0, events.size() - limit), events.size()), answers.unanswered());
    }

    @GetMapping("/clients")
    @Operation(summary = "Connections of clients to all sessions, page by page: after is the id of the last one before")
    Listing<Client> clients(
            @RequestParam(defaultValue = "") String after, @RequestParam(defaultValue = "1000") int limit) {
        requireLimit(limit);
        Place place = Place.parse(after);
        Map<Member, Inspect> questions = new LinkedHashMap<>();
        for (Member session : members(cluster.view(), Role.SESSION)) {
            int order = session.node().toString().compareTo(place.session());
            if (order >= 0) {
                Inspect.Builder question = Inspect.newBuilder()
                        .setClients(true)
                        .setLimit(limit)
                        .setAfter(order == 0 ? place.connection() : 0);
                questions.put(session, question.build());
            }
        }
        var answers = cluster.ask(questions);
        List<Client> clients = new ArrayList<>();
        answers.byNode()
                .forEach((session, answer) -> answer.getClientsList()
                        .forEach(row -> clients.add(client(session, row.getConnection(), row.getAddress()))));
        return new Listing<>(first(limit, clients), answers.unanswered());
    }

    @ExceptionHandler
    ProblemDetail busy(ClusterInspector.BusyException busy) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, busy.getMessage());
    }

    /** Where a page of clients begins: behind a connection of a session, in the order of their ids. */
    private record Place(String session, long connection) {
        static Place parse(String after) {
            int colon = after.lastIndexOf(':');
            try {
                return after.isEmpty()
                        ? new Place("", 0)
                        : new Place(after.substring(0, Math.max(0, colon)), Long.parseLong(after.substring(colon + 1)));
            } catch (NumberFormatException malformed) {
                throw new ResponseStatusException(
                        HttpStatus.BAD_REQUEST, "after is the id of a client, such as session/s1:42", malformed);
            }
        }
    }

    private static Client client(String session, long connection, String address) {
        return new Client(session + ":" + connection, session, connection, address);
    }

    private static <T> List<T> first(int limit, List<T> rows) {
        return rows.subList(0, Math.min(limit, rows.size()));
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "limit out of range 1.." + MAX_LIMIT);
        }
    }

    private static String dataInfoId(String dataId, String instanceId, String group) {
        try {
            return new DataInfoId(dataId, instanceId, group).toString();
        } catch (IllegalArgumentException malformed) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, malformed.getMessage(), malformed);
        }
    }

    private static List<Member> members(ClusterView view, Role role) {
        return view.members(role).toList();
    }

    private static Service service(ServiceRow row, ClusterView view) {
        int slot = view.slotCount() == 0 ? -1 : new SlotFunction(view.slotCount()).slotOf(row.getDataInfoId());
        long versionMillis = row.getVersion() > Version.UNKNOWN ? Version.toMillis(row.getVersion()) : 0;
        return new Service(
                row.getDataInfoId(),
                slot,
                row.getVersion(),
                versionMillis,
                row.getPublishers(),
                row.getWatchingSessions(),
                row.getHeld());
    }

    private static Publisher publisher(PublisherRow row) {
        return new Publisher(
                row.getRegisterId(),
                row.getClientAddress(),
                row.getZone(),
                row.getAppName(),
                row.getSession(),
                row.getVersion(),
                row.getRegisteredMillis(),
                row.getTrouble());
    }

    private static Event event(String node, EventRow row) {
        return new Event(row.getMillis(), node, row.getKind(), row.getSubject(), row.getNumber(), row.getDetail());
    }

    private static Subscriber subscriber(String session, SubscriberRow row) {
        return new Subscriber(
                row.getRegisterId(),
                row.getClientAddress(),
                row.getAppName(),
                row.getScope(),
                session,
                row.getVersion(),
                row.getAcknowledgedVersion());
    }

    private static Replica replica(String node, ReplicaRow row) {
        return new Replica(
                node, row.getLeader(), row.getServing(), row.getSynced(), row.getPublications(), row.getServices());
    }

    private static @Nullable String textOrNull(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
