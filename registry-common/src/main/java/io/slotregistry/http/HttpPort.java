package io.slotregistry.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.bolt.PortUnavailableException;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers short questions over HTTP, one to a connection, on one thread of its own. Too many connections at once cost
 * the oldest, which has had its time: a question that comes whole is answered within moments.
 */
public final class HttpPort implements AutoCloseable {
    /** For a request's head to come and for its answer to be taken. */
    static final int DEADLINE_MILLIS = 5_000;
    /** For the peer to see the end of the answer and to close. */
    static final int LINGER_MILLIS = 2_000;

    static final int MAX_CONNECTIONS = 1_024;
    private static final int BACKLOG = 1_024;
    private static final int MAX_HEADER_BYTES = 8 * 1024;
    private static final int READ_BYTES = 4 * 1024;

    /** What became of a connection. */
    public enum Outcome {
        ANSWERED,
        /** Not HTTP, or another method than GET and HEAD. */
        MALFORMED,
        /** Closed at its deadline. */
        LATE,
        /** Closed for a newer one, because there were too many. */
        EVICTED,
        /** A fault of the server. */
        FAILED
    }

    private final String name;
    private final Address bind;
    private final Function<HttpQuestion, HttpAnswer> answers;
    private final AtomicLongArray counts = new AtomicLongArray(Outcome.values().length);
    private final Set<Channel> open = new LinkedHashSet<>();
    private @Nullable EventLoopGroup thread;

    /**
     * @param name of the thread
     * @param answers called on the port's thread, must not block
     */
    public HttpPort(String name, Address bind, Function<HttpQuestion, HttpAnswer> answers) {
        this.name = name;
        this.bind = bind;
        this.answers = answers;
    }

    /** @throws PortUnavailableException when the port is in use or the address is not of this machine */
    public void listen() {
        boolean epoll = Epoll.isAvailable();
        thread = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory(name, true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        ChannelFuture bound = new ServerBootstrap()
                .group(thread)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        assemble(channel);
                    }
                })
                .bind(new InetSocketAddress(bind.host(), bind.port()))
                .awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            close();
            throw new PortUnavailableException(bind, failure);
        }
    }

    /** How many connections had that outcome. */
    public long count(Outcome outcome) {
        return counts.get(outcome.ordinal());
    }

    @Override
    public void close() {
        EventLoopGroup running = thread;
        if (running != null) {
            running.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    void ended(Outcome outcome) {
        counts.incrementAndGet(outcome.ordinal());
    }

    HttpAnswer answer(HttpQuestion question) {
        return answers.apply(question);
    }

    void opened(Channel channel) {
        if (open.size() >= MAX_CONNECTIONS) {
            Iterator<Channel> oldestFirst = open.iterator();
            Channel oldest = oldestFirst.next();
            oldestFirst.remove();
            ended(Outcome.EVICTED);
            var unused = oldest.close();
        }
        open.add(channel);
    }

    void closed(Channel channel) {
        open.remove(channel);
    }

    private void assemble(Channel channel) {
        HttpDecoderConfig limits = new HttpDecoderConfig()
                .setMaxInitialLineLength(RequestLine.MAX_ENCODED_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxChunkSize(READ_BYTES);
        channel.pipeline()
                .addLast(
                        new RequestLine(),
                        new HttpRequestDecoder(limits),
                        new HttpResponseEncoder(),
                        new HttpExchange(this));
    }
}
