package io.slotregistry.simulation.cluster;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.slotregistry.cluster.NodeContext;
import io.slotregistry.data.DataServer;
import io.slotregistry.data.DataSettings;
import io.slotregistry.data.slot.GuardSettings;
import io.slotregistry.meta.MetaServer;
import io.slotregistry.meta.MetaSettings;
import io.slotregistry.model.Role;
import io.slotregistry.rpc.Address;
import io.slotregistry.runtime.ByteBudget;
import io.slotregistry.runtime.Limit;
import io.slotregistry.runtime.Limits;
import io.slotregistry.session.SessionServer;
import io.slotregistry.session.SessionSettings;
import io.slotregistry.session.hold.ClientHoldings;
import io.slotregistry.session.hold.HoldingSettings;
import io.slotregistry.simulation.SimulatedNetwork;
import io.slotregistry.simulation.VirtualTime;
import io.slotregistry.slot.SlotFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Some meta, data and session servers, and any number of clients, all in virtual time. */
final class SimulatedCluster {
    final VirtualTime time;
    final SimulatedNetwork network;
    final SharedLog log;
    final List<Meta> metas = new ArrayList<>();
    final List<Data> datas = new ArrayList<>();
    final List<Session> sessions = new ArrayList<>();
    final List<SimulatedClient> clients = new ArrayList<>();
    /** Of all servers. */
    final Limits limits;

    private PushObserver observer = PushObserver.NONE;
    private long connectionIds;
    private final ImmutableList<Address> metaAddresses;
    private final Settings settings;
    private final Settings actual;
    private final Tampering tampering;
    /** What clients may make a session hold that starts from here on. */
    long sessionBytes = 64 << 20;

    SimulatedCluster(long seed, int dataServers, int sessionServers) {
        this(seed, new Layout(1, dataServers, sessionServers), Settings.DEFAULTS);
    }

    SimulatedCluster(long seed, Layout layout, Settings settings) {
        this(seed, layout, settings, Tampering.NONE);
    }

    SimulatedCluster(long seed, Layout layout, Settings settings, Tampering tampering) {
        this.time = new VirtualTime(seed);
        this.network = new SimulatedNetwork(time);
        this.log = new SharedLog(time);
        this.settings = settings;
        this.tampering = tampering;
        this.actual = tampering.settings(settings);
        this.limits = new Limits(settings.limits());
        for (int i = 0; i < layout.metas(); i++) {
            metas.add(new Meta("meta-" + i));
        }
        this.metaAddresses = metas.stream().map(meta -> meta.address).collect(ImmutableList.toImmutableList());
        for (int i = 0; i < layout.datas(); i++) {
            datas.add(new Data("data-" + i));
        }
        for (int i = 0; i < layout.sessions(); i++) {
            sessions.add(new Session("session-" + i));
        }
        metas.forEach(Meta::start);
        datas.forEach(Data::start);
        sessions.forEach(Session::start);
    }

    /** Runs until every slot has a leader and every session lets clients in. */
    SimulatedCluster ready() {
        boolean ready = time.runUntil(
                () -> !log.view().isNone()
                        && log.view().slots().stream().allMatch(slot -> slot.leader() != null)
                        && sessions.stream().allMatch(session -> session.open),
                20_000);
        if (!ready) {
            throw new AssertionError("the cluster did not start: " + log.view());
        }
        return this;
    }

    Data addData() {
        Data data = new Data("data-" + datas.size());
        datas.add(data);
        data.start();
        return data;
    }

    long nextConnectionId() {
        return ++connectionIds;
    }

    /** How many servers of each role. */
    record Layout(int metas, int datas, int sessions) {}

    /** What servers of each role are set to; meta's lease is shorter than usual so that more happens in a run. */
    record Settings(
            MetaSettings meta, DataSettings data, SessionSettings session, ImmutableMap<Limit, Integer> limits) {
        static final Settings DEFAULTS = new Settings(
                new MetaSettings(16, 2, 5_000, 1_500, 15_000, 200, 32),
                DataSettings.DEFAULTS,
                SessionSettings.DEFAULTS);

        Settings(MetaSettings meta, DataSettings data, SessionSettings session) {
            this(meta, data, session, ImmutableMap.of());
        }

        /** Losses are shown after the grace time, however many there are. */
        static final Settings UNGUARDED = new Settings(
                DEFAULTS.meta, DEFAULTS.data.withGuard(new GuardSettings(false, 50, 0, 0)), DEFAULTS.session);
    }

    /** Told each push that a subscriber took. */
    void onPush(Consumer<SimulatedClient.Subscriber> checker) {
        observer = new PushObserver() {
            @Override
            public void taken(SimulatedClient.Subscriber subscriber) {
                checker.accept(subscriber);
            }
        };
    }

    void observe(PushObserver newObserver) {
        observer = newObserver;
    }

    PushObserver observer() {
        return observer;
    }

    Tampering tampering() {
        return tampering;
    }

    /** What is promised. */
    Settings settings() {
        return settings;
    }

    SimulatedClient client() {
        return clientOf(anySession());
    }

    /** A client that connects to this session first. */
    SimulatedClient clientOf(Session session) {
        SimulatedClient client = new SimulatedClient(clients.size(), this);
        clients.add(client);
        client.connect(session);
        return client;
    }

    int slotOf(String dataInfoId) {
        return new SlotFunction(settings.meta().slotCount()).slotOf(dataInfoId);
    }

    Session anySession() {
        List<Session> open = sessions.stream().filter(session -> session.open).toList();
        return open.isEmpty() ? sessions.get(0) : open.get(time.random().nextInt(open.size()));
    }

    final class Meta extends SimulatedNode {
        @Nullable
        MetaServer server;

        Meta(String name) {
            super(Role.META, name, time, network, limits, tampering);
        }

        @Override
        void start() {
            MetaServer started = new MetaServer(born(), actual.meta(), log.join(address), null, false);
            server = started;
            started.start();
        }

        @Override
        void crash() {
            kill();
            if (server != null) {
                server.stop();
            }
        }
    }

    final class Data extends SimulatedNode {
        @Nullable
        DataServer server;

        Data(String name) {
            super(Role.DATA, name, time, network, limits, tampering);
        }

        @Override
        void start() {
            NodeContext context = born();
            DataServer started = new DataServer(context, member(context), metaAddresses, actual.data(), () -> {});
            server = started;
            started.start();
        }
    }

    final class Session extends SimulatedNode {
        @Nullable
        SessionServer server;

        /** Of the present process. */
        ClientHoldings holdings = new ClientHoldings(new ByteBudget(0), HoldingSettings.DEFAULTS);

        boolean open;

        Session(String name) {
            super(Role.SESSION, name, time, network, limits, tampering);
        }

        @Override
        void start() {
            NodeContext context = born();
            holdings = new ClientHoldings(new ByteBudget(sessionBytes), new HoldingSettings(35, 50, 20, 40, 20));
            SessionServer started = new SessionServer(
                    context, member(context), metaAddresses, actual.session(), holdings, () -> open = true);
            server = started;
            started.start();
        }

        @Override
        void crash() {
            open = false;
            observer.crashed(this);
            kill();
            clients.forEach(client -> client.sessionCrashed(this));
        }
    }
}
