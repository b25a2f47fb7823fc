package io.slotregistry.rpc.bolt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How frames are cut from the stream, and what those cost that never become whole. */
class FrameDecoderTest {
    private static final int LIMIT = 64 * 1024;
    private static final long FRAME_MILLIS = 30_000;

    private final EmbeddedChannel thread = new EmbeddedChannel();
    private InboundMemory memory = new InboundMemory(thread.eventLoop(), Long.MAX_VALUE, FRAME_MILLIS);

    /** One connection; all share the memory of one IO thread. */
    private final class Peer extends ChannelInboundHandlerAdapter {
        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final List<String> skipped = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();

        Peer() {
            channel.pipeline().addLast(new FrameDecoder(LIMIT, true, memory), this);
        }

        Peer send(byte[] bytes, int from, int to) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, from, to - from));
            return this;
        }

        Peer send(byte[] bytes) {
            return send(bytes, 0, bytes.length);
        }

        List<Frame> frames() {
            List<Frame> frames = new ArrayList<>();
            for (Frame next = channel.readInbound(); next != null; next = channel.readInbound()) {
                frames.add(next);
            }
            return frames;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            skipped.add(((FrameDecoder.Skipped) event).why());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failures.add(String.valueOf(cause.getMessage()));
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void aFrameMayComeInPiecesOfAnySize(Dialect dialect) {
        byte[] sent = encoded(dialect, 1, 300);
        for (int piece : new int[] {1, 2, 7, 50, 299, sent.length}) {
            Peer peer = new Peer();
            for (int from = 0; from < sent.length; from += piece) {
                peer.send(sent, from, Math.min(sent.length, from + piece));
            }
            assertThat(peer.frames()).singleElement().satisfies(frame -> {
                assertThat(frame.content()).isEqualTo(content(300));
                assertThat(frame.dialect()).isEqualTo(dialect);
                assertThat(frame.timeoutMillis()).isEqualTo(1_000);
            });
        }
    }

    @Test
    void aWrongChecksumEndsTheConnectionAlsoWhenItComesLast() {
        byte[] sent = encoded(Dialect.V2_CRC, 1, 5_000);
        sent[sent.length - 1] ^= 1;
        Peer peer = new Peer().send(sent, 0, 4_000).send(sent, 4_000, sent.length);

        assertThat(peer.frames()).isEmpty();
        assertThat(peer.failures).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void aFrameThatIsTooLongIsReadPastAndTheNextOneIsTaken(Dialect dialect) {
        byte[] tooLong = encoded(dialect, 1, LIMIT + 1);
        byte[] next = encoded(dialect, 2, 10);
        byte[] both = Arrays.copyOf(tooLong, tooLong.length + next.length);
        System.arraycopy(next, 0, both, tooLong.length, next.length);
        Peer peer = new Peer();
        for (int from = 0; from < both.length; from += 1_000) {
            peer.send(both, from, Math.min(both.length, from + 1_000));
        }

        assertThat(peer.skipped).hasSize(1);
        assertThat(peer.frames())
                .singleElement()
                .satisfies(frame -> assertThat(frame.requestId()).isEqualTo(2));
        assertThat(peer.failures).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void anImpossibleLengthEndsTheConnection(int length) {
        byte[] sent = encoded(Dialect.V1, 1, 0);
        Unpooled.wrappedBuffer(sent).setInt(18, length);
        Peer peer = new Peer().send(sent, 0, 22);

        assertThat(peer.failures).as("before the class name comes").hasSize(1);
        assertThat(peer.skipped).isEmpty();
    }

    @Test
    void whatWasAnnouncedTakesNoMemoryBeforeItComes() {
        memory = new InboundMemory(thread.eventLoop(), 16 * LIMIT, FRAME_MILLIS);
        byte[] sent = encoded(Dialect.V1, 1, LIMIT);
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            peers.add(new Peer().send(sent, 0, 100));
        }

        assertThat(peers).allSatisfy(peer -> assertThat(peer.skipped).isEmpty());
    }

    @Test
    void whenThereIsNoRoomTheOldestUnfinishedFrameMakesWay() {
        memory = new InboundMemory(thread.eventLoop(), 3L * LIMIT, FRAME_MILLIS);
        byte[] sent = encoded(Dialect.V1, 1, LIMIT);
        List<Peer> hoarders = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            hoarders.add(new Peer().send(sent, 0, sent.length - 1));
        }
        Peer newcomer = new Peer().send(sent, 0, 10_000).send(sent, 10_000, sent.length);

        assertThat(newcomer.frames()).hasSize(1);
        assertThat(hoarders)
                .extracting(peer -> peer.skipped.size())
                .as("frames that were dropped")
                .containsExactly(1, 1, 1, 0, 0);
        Peer dropped = hoarders.get(0).send(sent, sent.length - 1, sent.length).send(sent);
        assertThat(dropped.frames())
                .as("the rest is read past, the next one is whole")
                .hasSize(1);
    }

    @Test
    void requestsWithoutAnAnswerHaveTheSameRoom() {
        memory = new InboundMemory(thread.eventLoop(), 100, FRAME_MILLIS);

        assertThat(memory.take(60)).isTrue();
        assertThat(memory.take(60)).isFalse();
        memory.answered(60);
        assertThat(memory.take(500)).as("alone, whatever its size").isTrue();
    }

    @Test
    void aFrameThatIsNotCompleteInTimeEndsItsConnection() {
        byte[] sent = encoded(Dialect.V1, 1, LIMIT);
        Peer early = new Peer().send(sent, 0, 5);
        pass(FRAME_MILLIS / 2);
        Peer later = new Peer().send(sent, 0, 30_000);
        early.send(sent, 5, 6);
        pass(FRAME_MILLIS / 2);

        assertThat(early.failures).hasSize(1);
        assertThat(later.failures).isEmpty();
        assertThat(later.send(sent, 30_000, sent.length).frames()).hasSize(1);
        pass(FRAME_MILLIS);
        assertThat(later.failures).as("nothing of it is unfinished").isEmpty();
    }

    private void pass(long millis) {
        thread.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        thread.runScheduledPendingTasks();
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        return content;
    }

    private static byte[] encoded(Dialect dialect, int id, int length) {
        ByteBuf out = FrameEncoder.encode(new Outgoing(
                Frame.request(id, Frame.HESSIAN, 1_000, "Test", content(length), dialect), Frame.NO_CONTENT, () -> {}));
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}
