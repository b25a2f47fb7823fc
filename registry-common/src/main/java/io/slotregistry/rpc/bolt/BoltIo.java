package io.slotregistry.rpc.bolt;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.slotregistry.rpc.Address;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The IO threads of a process, and how connections are made. Uses epoll where it loads, NIO elsewhere. */
public final class BoltIo implements AutoCloseable {
    private static final int FLUSH_AFTER = 64;
    private static final int CONNECT_TIMEOUT_MILLIS = 1_000;
    private static final int BACKLOG = 1_024;
    /** One piece at a time: the rest stays in the outbox. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(Outbox.PIECE / 2, Outbox.PIECE);
    /** What the kernel may hold that it has not sent. More would hide from us what a slow peer has not got. */
    private static final int UNSENT_BYTES = 256 * 1024;

    private final EventLoopGroup group;
    private final int threads;
    private final boolean epoll;
    private final HostNames hostNames = HostNames.ofTheSystem();

    /** @param name of the threads, such as {@code node-io} */
    public BoltIo(String name, int threads) {
        this.epoll = Epoll.isAvailable();
        this.threads = threads;
        this.group = new MultiThreadIoEventLoopGroup(
                threads,
                new DefaultThreadFactory(name, true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    /**
     * Listens; the returned port takes no new connections after it was closed.
     *
     * @param traffic counts what its connections carry
     * @param listeners makes one listener for each connection
     * @throws PortUnavailableException when the port is in use or the address is not of this machine
     */
    public Port listen(Address bind, PortSettings settings, Traffic traffic, Supplier<FrameListener> listeners) {
        Map<EventLoop, Memory> memories = new ConcurrentHashMap<>();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Memory memory =
                                memories.computeIfAbsent(channel.eventLoop(), thread -> memory(thread, settings));
                        assemble(channel, settings, traffic, listeners.get(), memory);
                    }
                });
        socketOptions(settings).forEach((option, value) -> childOption(bootstrap, option, value));
        ChannelFuture bound =
                bootstrap.bind(new InetSocketAddress(bind.host(), bind.port())).awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            throw new PortUnavailableException(bind, failure);
        }
        return () -> bound.channel().close().awaitUninterruptibly();
    }

    /** Connects; {@code done} gets the connection or the reason why there is none, on an IO thread. */
    void connect(
            Address to,
            PortSettings settings,
            Traffic traffic,
            FrameListener listener,
            BiConsumer<@Nullable BoltConnection, @Nullable String> done) {
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .resolver(hostNames)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        assemble(channel, settings, traffic, listener, memory(channel.eventLoop(), settings));
                    }
                });
        socketOptions(settings).forEach((option, value) -> option(bootstrap, option, value));
        InetSocketAddress address = InetSocketAddress.createUnresolved(to.host(), to.port());
        bootstrap.connect(address).addListener((ChannelFuture connected) -> {
            Throwable failure = connected.cause();
            if (failure != null) {
                done.accept(null, "cannot connect to " + to + ": " + failure.getMessage());
            } else {
                done.accept(connected.channel().pipeline().get(BoltConnection.class), null);
            }
        });
    }

    @Override
    public void close() {
        hostNames.close();
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private record Memory(InboundMemory inbound, OutboundMemory outbound) {}

    private Memory memory(EventLoop thread, PortSettings settings) {
        PortSettings.Strangers strangers = settings.strangers();
        // A thread's share has room for the longest frame at least.
        long inbound = Math.max(strangers.maxInboundBytes() / threads, settings.maxContentBytes());
        long outbound = Math.max(strangers.maxOutboundBytes() / threads, settings.maxContentBytes());
        return new Memory(
                new InboundMemory(thread, inbound, strangers.frameMillis()), new OutboundMemory(thread, outbound));
    }

    private void assemble(
            Channel channel, PortSettings settings, Traffic traffic, FrameListener listener, Memory memory) {
        PortSettings.Strangers strangers = settings.strangers();
        FrameDecoder decoder = new FrameDecoder(settings.maxContentBytes(), strangers.skipsOversized(), memory.inbound);
        Outbox outbox = new Outbox(memory.outbound);
        Requests requests = new Requests(channel, strangers, memory.inbound);
        Pushes pushes = new Pushes(channel, memory.outbound);
        ChannelPipeline pipeline = channel.pipeline();
        if (settings.idleMillis() > 0) {
            pipeline.addLast(new IdleStateHandler(0, 0, settings.idleMillis(), TimeUnit.MILLISECONDS));
        }
        pipeline.addLast(decoder, outbox, traffic, new FlushConsolidationHandler(FLUSH_AFTER, true));
        pipeline.addLast(new BoltConnection(channel, listener, decoder, outbox, requests, pushes));
    }

    private Map<ChannelOption<?>, Object> socketOptions(PortSettings settings) {
        Map<ChannelOption<?>, Object> options = new HashMap<>();
        options.put(ChannelOption.TCP_NODELAY, true);
        options.put(ChannelOption.SO_KEEPALIVE, true);
        options.put(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
        if (epoll) {
            // A peer whose host vanished without a word is noticed by the kernel, whether or not there is traffic.
            int probes = 3;
            int intervalSeconds = Math.max(1, settings.silentPeerSeconds() / (probes + 2));
            options.put(EpollChannelOption.TCP_KEEPIDLE, 2 * intervalSeconds);
            options.put(EpollChannelOption.TCP_KEEPINTVL, intervalSeconds);
            options.put(EpollChannelOption.TCP_KEEPCNT, probes);
            options.put(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) UNSENT_BYTES);
            options.put(EpollChannelOption.TCP_USER_TIMEOUT, settings.silentPeerSeconds() * 1_000);
        }
        return options;
    }

    @SuppressWarnings("unchecked") // The values above have their options' types.
    private static <T> void childOption(ServerBootstrap bootstrap, ChannelOption<T> option, Object value) {
        bootstrap.childOption(option, (T) value);
    }

    @SuppressWarnings("unchecked") // The values above have their options' types.
    private static <T> void option(Bootstrap bootstrap, ChannelOption<T> option, Object value) {
        bootstrap.option(option, (T) value);
    }

    /** A listening socket. */
    public interface Port extends AutoCloseable {
        @Override
        void close();
    }
}
