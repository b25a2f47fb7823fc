package io.slotregistry.rpc.bolt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.resolver.AddressResolver;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostNamesTest {
    private static final int LIMIT_SECONDS = 20;

    private final DefaultEventExecutor loop = new DefaultEventExecutor();
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean silent;
    private volatile byte last = 1;

    private final HostNames names = new HostNames(name -> {
        if (silent) {
            await(answered);
        }
        if (name.equals("nowhere")) {
            throw new UnknownHostException(name);
        }
        return InetAddress.getByAddress(name, new byte[] {127, 0, 0, last});
    });

    @AfterEach
    void close() {
        answered.countDown();
        names.close();
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void aNameServerThatDoesNotAnswerKeepsNoLoop() {
        silent = true;
        Future<InetSocketAddress> waiting = resolve("meta");
        assertThat(addressOf("127.0.0.9")).as("an address needs no name server").isEqualTo("127.0.0.9");
        assertThat(loop.submit(() -> "goes on").awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        assertThat(waiting.isDone()).isFalse();
        answered.countDown();
        assertThat(waiting.awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void whatWasFoundLastIsAnsweredWhileTheNameServerIsSilentAndRenewedWhenItIsNot() {
        assertThat(addressOf("meta")).isEqualTo("127.0.0.1");
        silent = true;
        last = 2;
        assertThat(addressOf("meta")).isEqualTo("127.0.0.1");
        answered.countDown();
        // The thread is free again when it has looked up another name.
        assertThat(addressOf("other")).isEqualTo("127.0.0.2");
        assertThat(addressOf("meta")).isEqualTo("127.0.0.2");
    }

    @Test
    void anUnknownNameIsAFailure() {
        Future<InetSocketAddress> unknown = resolve("nowhere");
        assertThat(unknown.awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS))
                .isTrue();
        assertThat(unknown.cause()).isInstanceOf(UnknownHostException.class);
    }

    private String addressOf(String name) {
        Future<InetSocketAddress> found = resolve(name);
        assertThat(found.awaitUninterruptibly(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return found.getNow().getAddress().getHostAddress();
    }

    private Future<InetSocketAddress> resolve(String name) {
        AddressResolver<InetSocketAddress> resolver = names.getResolver(loop);
        return resolver.resolve(InetSocketAddress.createUnresolved(name, 1));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
