package io.slotregistry.rpc.bolt;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.internal.SocketUtils;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Looks up the names of nodes on a thread of its own: a name server that does not answer keeps its caller for many
 * seconds. A name that was found once is answered at once with what was found last, while it is looked up again.
 */
final class HostNames extends AddressResolverGroup<InetSocketAddress> {
    /** Asks a name server; blocks. */
    interface Lookup {
        InetAddress find(String name) throws UnknownHostException;
    }

    private final Lookup lookup;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(new DefaultThreadFactory("host-names", true));
    /** Names come from the configuration and from members of the cluster. */
    private final Map<String, InetAddress> found = new ConcurrentHashMap<>();

    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    HostNames(Lookup lookup) {
        this.lookup = lookup;
    }

    static HostNames ofTheSystem() {
        return new HostNames(SocketUtils::addressByName);
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new InetNameResolver(executor) {
            @Override
            protected void doResolve(String name, Promise<InetAddress> promise) throws UnknownHostException {
                byte[] literal = NetUtil.createByteArrayFromIpAddressString(name);
                if (literal != null) {
                    promise.setSuccess(InetAddress.getByAddress(literal));
                    return;
                }
                InetAddress last = found.get(name);
                if (last != null) {
                    promise.setSuccess(last);
                    lookUpAgain(name);
                } else {
                    thread.execute(() -> lookUp(name, promise));
                }
            }

            @Override
            protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
                promise.setFailure(new UnsupportedOperationException("one address is enough"));
            }
        }.asAddressResolver();
    }

    private void lookUp(String name, Promise<InetAddress> promise) {
        try {
            InetAddress address = lookup.find(name);
            found.put(name, address);
            promise.setSuccess(address);
        } catch (UnknownHostException unknown) {
            promise.setFailure(unknown);
        }
    }

    /** Connections are made again and again while a node is away; one question at a time is enough. */
    private void lookUpAgain(String name) {
        if (asked.add(name)) {
            thread.execute(() -> {
                try {
                    found.put(name, lookup.find(name));
                } catch (UnknownHostException unknown) {
                    // The last address stays: the name server may be what is away.
                } finally {
                    asked.remove(name);
                }
            });
        }
    }

    @Override
    public void close() {
        super.close();
        thread.shutdownNow();
    }
}
