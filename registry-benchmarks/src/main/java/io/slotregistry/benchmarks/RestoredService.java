package io.slotregistry.benchmarks;

import io.slotregistry.benchmarks.Population.Probe;
import io.slotregistry.node.ClusterCaller;
import io.slotregistry.node.StartupException;
import io.slotregistry.proto.Administer;
import io.slotregistry.proto.Request;
import io.slotregistry.proto.Setting;
import io.slotregistry.rpc.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long it takes, as clients see it, until a cluster serves again when one of its servers is killed. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "From kill -9 of a server to restored service, in a cluster of three servers of each role.",
            "data: a change in each slot that the server led, or in a sample of these, is seen by a subscriber at"
                    + " each session.",
            "session: each of its clients sees at another session what it says there itself; session-direct are clients"
                    + " that connect to the next session when they notice, session-sdk those with the SDK, which looks"
                    + " each half second and pauses for up to five after an address that fails.",
            "meta, the leader: another member confirms a change of a setting."
        })
final class RestoredService implements Callable<Integer> {
    private static final int SERVERS_OF_EACH_ROLE = 3;
    private static final long RESTORED_SECONDS = 60;
    private static final Duration WHOLE_LIMIT = Duration.ofSeconds(90);
    private static final long CONFIRMED_MILLIS = 500;

    @Option(names = "--repetitions", defaultValue = "20", description = "For each role (default: ${DEFAULT-VALUE})")
    private int repetitions;

    @Option(names = "--roles", split = ",", defaultValue = "data,session,meta", description = "(default: all)")
    private List<String> roles = List.of();

    @Option(
            names = "--clients",
            defaultValue = "12",
            description = "With an SDK, and as many without its pauses (default: ${DEFAULT-VALUE})")
    private int clients;

    @Option(names = "--probes", defaultValue = "32", description = "Slots that are sampled (default: ${DEFAULT-VALUE})")
    private int probes;

    @Option(names = "--minutes", defaultValue = "30", description = "After which it ends (default: ${DEFAULT-VALUE})")
    private int minutes;

    private final Random random = new Random(1);
    /** By what was measured, in the order of the names. */
    private final Map<String, List<Long>> restoredMillis = new TreeMap<>();

    private final Map<String, Integer> shrunk = new TreeMap<>();

    public static void main(String[] args) {
        ChangeLatency.silenceLibraries();
        System.exit(new CommandLine(new RestoredService()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
        try (Cluster cluster = Cluster.start(SERVERS_OF_EACH_ROLE)) {
            ClusterState state = new ClusterState(cluster);
            require(ClusterState.await(WHOLE_LIMIT, state::isWhole), "the cluster is not whole");
            try (Population population = new Population(cluster, state.slotCount(), clients)) {
                require(ClusterState.await(WHOLE_LIMIT, population::isCommonListComplete), "not all clients are seen");
                for (String role : roles) {
                    for (int i = 1; i <= repetitions && System.nanoTime() < deadline; i++) {
                        repeat(role, i, new Scene(cluster, state, population));
                    }
                }
            }
        } finally {
            report();
        }
        return System.nanoTime() < deadline ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private record Scene(Cluster cluster, ClusterState state, Population population) {}

    private void repeat(String role, int number, Scene scene) throws Exception {
        Population population = scene.population;
        List<Probe> all = new ArrayList<>(population.ofThemselves(population.direct));
        all.addAll(population.ofThemselves(population.sdks));
        all.add(population.ofAll());
        population.awaitSeen(all, RESTORED_SECONDS);
        int shrunkBefore = population.sightings.shrunk();
        System.out.printf("%s %d/%d: ", role, number, repetitions);
        Cluster.Node victim = switch (role) {
            case "data" -> dataServer(scene, number);
            case "session" -> session(scene, number);
            case "meta" -> metaLeader(scene);
            default -> throw new IllegalArgumentException("no role: " + role);
        };
        population.awaitSeen(all, RESTORED_SECONDS);
        long begin = System.nanoTime();
        victim.start().child().awaitReady();
        population.direct.forEach(DirectClient::goHome);
        require(ClusterState.await(WHOLE_LIMIT, scene.state::isWhole), "the cluster is not whole again");
        int shrunkNow = population.sightings.shrunk() - shrunkBefore;
        shrunk.merge(role, shrunkNow, Integer::sum);
        System.out.printf(
                Locale.ROOT,
                "%d lists shrank; whole again %.1f s after the start%n",
                shrunkNow,
                (System.nanoTime() - begin) / 1e9);
    }

    private Cluster.Node dataServer(Scene scene, int number) throws Exception {
        Cluster.Node victim = scene.cluster.data.get(number % SERVERS_OF_EACH_ROLE);
        List<Integer> led = scene.state.ledBy(victim);
        List<Probe> sample = scene.population.ofSlots(led, probes, random);
        long killed = kill(victim);
        scene.population.awaitSeen(sample, RESTORED_SECONDS);
        System.out.printf("%s led %d slots, of which %d are probed; ", victim.id, led.size(), sample.size());
        restored("data", scene.population.lastNanos(sample) - killed);
        return victim;
    }

    private Cluster.Node session(Scene scene, int number) throws Exception {
        int index = number % SERVERS_OF_EACH_ROLE;
        Cluster.Node victim = scene.cluster.sessions.get(index);
        List<DirectClient> direct = scene.population.direct.stream()
                .filter(client -> client.session() == index)
                .toList();
        // Sessions even out their clients, but those of the SDK learn of one that is back within half a minute only.
        ClusterState.await(WHOLE_LIMIT, () -> victim.metric("registry_session_clients ") > direct.size());
        int sdks = (int) victim.metric("registry_session_clients ") - direct.size();
        List<Probe> ofDirect = scene.population.ofThemselves(direct);
        List<Probe> ofSdks = scene.population.ofThemselves(scene.population.sdks);
        List<Probe> both = new ArrayList<>(ofDirect);
        both.addAll(ofSdks);
        long killed = kill(victim);
        scene.population.awaitSeen(both, RESTORED_SECONDS);
        System.out.printf("%s had %d clients and %d of the SDK; ", victim.id, direct.size(), sdks);
        restored("session-direct", scene.population.lastNanos(ofDirect) - killed);
        if (sdks > 0) {
            restored("session-sdk", scene.population.lastNanos(ofSdks) - killed);
        }
        return victim;
    }

    private Cluster.Node metaLeader(Scene scene) throws Exception {
        Cluster.Node victim = scene.state.metaLeader();
        List<Address> others = scene.cluster.metas.stream()
                .filter(meta -> meta != victim)
                .map(meta -> Address.parse("127.0.0.1:" + meta.nodePort))
                .toList();
        try (ClusterCaller caller = new ClusterCaller(
                ClusterCaller.settings(Cluster.KEY, "--registry.metas=" + scene.cluster.metaAddresses))) {
            long killed = kill(victim);
            long deadline = killed + TimeUnit.SECONDS.toNanos(RESTORED_SECONDS);
            for (int i = 0; !isConfirmed(caller, others.get(i % others.size()), i); i++) {
                require(System.nanoTime() < deadline, "no meta server confirms a setting");
                TimeUnit.MILLISECONDS.sleep(5);
            }
            System.out.printf("%s led; ", victim.id);
            restored("meta", System.nanoTime() - killed);
        }
        return victim;
    }

    /** Of a setting that nobody needs, to another value each time. */
    private static boolean isConfirmed(ClusterCaller caller, Address meta, int attempt) {
        Setting setting = Setting.newBuilder()
                .setKey("guard.hold-millis")
                .setValue(Integer.toString(15_000 + attempt))
                .setService("nobody-publishes-it")
                .build();
        Request request = Request.newBuilder()
                .setAdminister(Administer.newBuilder().setSet(setting))
                .build();
        try {
            return caller.ask(meta, request, CONFIRMED_MILLIS).getAdminister().getLeader();
        } catch (IllegalStateException | StartupException notYet) {
            return false;
        }
    }

    /** @return just before, on the scale of System.nanoTime() */
    private static long kill(Cluster.Node victim) throws InterruptedException {
        long killed = System.nanoTime();
        victim.child().kill();
        return killed;
    }

    private void restored(String what, long nanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
        restoredMillis.computeIfAbsent(what, key -> new ArrayList<>()).add(millis);
        System.out.printf("%s restored after %d ms; ", what, millis);
    }

    private void report() {
        restoredMillis.forEach((what, unsorted) -> {
            List<Long> millis = unsorted.stream().sorted().toList();
            String role = what.split("-")[0];
            System.out.printf(
                    "restore %s median_ms=%d worst_ms=%d repetitions=%d shrunk_lists=%d%n",
                    what,
                    (millis.get((millis.size() - 1) / 2) + millis.get(millis.size() / 2)) / 2,
                    millis.get(millis.size() - 1),
                    millis.size(),
                    shrunk.getOrDefault(role, 0));
        });
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }
}
