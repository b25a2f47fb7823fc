package io.slotregistry.rpc.bolt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What waits for peers that do not read, and what becomes of it. */
class OutboxTest {
    private static final byte[] BODY = new byte[1024 * 1024];
    private static final long MAX_BYTES = 2L * BODY.length;

    private final EmbeddedChannel thread = new EmbeddedChannel();
    private final OutboundMemory memory = new OutboundMemory(thread.eventLoop(), MAX_BYTES);

    /** One connection; all share the memory of one IO thread. */
    private final class Peer extends ChannelInboundHandlerAdapter {
        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final Deque<Runnable> untaken = new ArrayDeque<>();
        private final List<String> failures = new ArrayList<>();
        private boolean reads;
        private int written;

        /** Its socket takes one piece at a time, when it reads. */
        private final class Socket extends ChannelOutboundHandlerAdapter {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                if (reads) {
                    var unused = context.write(message, promise);
                } else {
                    untaken.add(() -> {
                        var unused = context.writeAndFlush(message, promise);
                    });
                    writable(false);
                }
            }
        }

        Peer() {
            channel.pipeline().addLast(new Socket(), new Outbox(memory), this);
        }

        Peer reading(boolean now) {
            reads = now;
            if (now) {
                untaken.forEach(Runnable::run);
                untaken.clear();
                writable(true);
            }
            return this;
        }

        private void writable(boolean writable) {
            channel.unsafe().outboundBuffer().setUserDefinedWritability(1, writable);
            channel.runPendingTasks();
        }

        Peer send(byte[] body) {
            Frame frame = Frame.request(1, Frame.HESSIAN, 1_000, "Test", Frame.NO_CONTENT, Dialect.V1);
            var unused = channel.writeAndFlush(new Outgoing(frame, body, () -> written++), channel.voidPromise());
            return this;
        }

        long received() {
            long bytes = 0;
            for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
                bytes += piece.readableBytes();
                piece.release();
            }
            return bytes;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failures.add(String.valueOf(cause.getMessage()));
            var unused = context.close();
        }
    }

    @Test
    void aFrameIsWrittenWhenItsLastByteIs() {
        Peer peer = new Peer().reading(false).send(BODY);
        assertThat(peer.written).isZero();
        peer.reading(true);

        assertThat(peer.received()).isEqualTo(22 + 4 + BODY.length);
        assertThat(peer.written).isEqualTo(1);
        assertThat(memory.hasRoom(MAX_BYTES)).as("nothing is held").isTrue();
    }

    @Test
    void aBodyThatManyAreSentCountsOnce() {
        for (int i = 0; i < 100; i++) {
            new Peer().reading(false).send(BODY);
        }

        assertThat(memory.hasRoom(BODY.length / 2)).isTrue();
        assertThat(memory.hasRoom(BODY.length))
                .as("a little is taken by the frames")
                .isFalse();
    }

    @Test
    void whenThereIsTooMuchThoseEndThatHaveTakenNothingForLongest() {
        List<Peer> deaf = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            deaf.add(new Peer().reading(false).send(BODY.clone()));
        }
        pass(1_000);
        Peer reader = new Peer().reading(false).send(BODY.clone());
        assertThat(memory.hasRoom(100)).as("the reserve is taken, too").isFalse();
        pass(1_000);

        assertThat(deaf).extracting(peer -> peer.failures.size()).containsOnly(1);
        assertThat(reader.failures).isEmpty();
        reader.reading(true);
        assertThat(reader.written).isEqualTo(1);
        assertThat(memory.hasRoom(BODY.length / 2)).isTrue();
    }

    private void pass(long millis) {
        thread.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        thread.runScheduledPendingTasks();
    }
}
