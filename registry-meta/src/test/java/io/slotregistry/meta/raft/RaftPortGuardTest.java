package io.slotregistry.meta.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.slotregistry.rpc.bolt.Violations;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RaftPortGuardTest {
    private static final byte[] REQUEST =
            hex("0101000101000000010100000000" + "0001" + "0000" + "00000003" + "61626364");
    private static final byte[] RESPONSE = hex("010000020100000001010000" + "0001" + "0000" + "00000003" + "61626364");
    private static final byte[] REQUEST_V2 =
            hex("020101000101000000010100" + "00000000" + "0001" + "0000" + "00000003" + "61626364");
    private static final byte[] REQUEST_WITH_CRC =
            hex("020201000101000000010101" + "00000000" + "0001" + "0000" + "00000003" + "61626364" + "00000000");

    private final Violations violations = new Violations("raft", "closed");
    private final UnfinishedFrames unfinished = new UnfinishedFrames(40, violations);
    private final EmbeddedChannel channel = open();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void wholeFramesOfAllKindsPassAsTheyAre() {
        byte[][] frames = {REQUEST, RESPONSE, REQUEST_V2, REQUEST_WITH_CRC};
        channel.writeInbound(Unpooled.wrappedBuffer(frames));
        for (byte[] frame : frames) {
            assertThat(next()).isEqualTo(frame);
        }
        for (byte[] frame : frames) {
            for (byte each : frame) {
                assertThat(next()).isNull();
                channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {each}));
            }
            assertThat(next()).isEqualTo(frame);
        }
        channel.advanceTimeBy(RaftPortGuard.FRAME_MILLIS + 1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isActive()).isTrue();
        assertThat(violations.count()).isZero();
    }

    /** Added up as int, the first is negative. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "010100010100000001010000" + "03e8000100007fffffff78",
                "01010001010000000101000003e800010000ffffffff78",
                "01010001010000000101000003e8000100000040000078",
                "474554202f20485454502f312e310d0a0d0a"
            })
    void lengthsThatCannotBeEndTheConnection(String bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(hex(bytes)));
        assertThat(next()).isNull();
        assertThat(channel.isActive()).isFalse();
        assertThat(violations.count()).isEqualTo(1);
    }

    @Test
    void aFrameThatIsNotCompletedEndsItsConnection() {
        channel.writeInbound(Unpooled.wrappedBuffer(REQUEST, 0, 24));
        channel.advanceTimeBy(RaftPortGuard.FRAME_MILLIS - 1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isActive()).isTrue();
        channel.advanceTimeBy(2, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isActive()).isFalse();
        assertThat(next()).isNull();
    }

    @Test
    void whenUnfinishedFramesAreTooManyTheOldestGoes() {
        EmbeddedChannel second = open();
        channel.writeInbound(Unpooled.wrappedBuffer(REQUEST, 0, 24));
        second.writeInbound(Unpooled.wrappedBuffer(REQUEST, 0, 16));
        assertThat(channel.isActive()).isTrue();
        second.writeInbound(Unpooled.wrappedBuffer(REQUEST, 16, 1));
        assertThat(channel.isActive()).isFalse();
        assertThat(second.isActive()).isTrue();
        EmbeddedChannel third = open();
        third.writeInbound(Unpooled.wrappedBuffer(REQUEST, 0, 22));
        assertThat(second.isActive()).isTrue();
        assertThat(third.isActive()).isTrue();
        second.finishAndReleaseAll();
        third.finishAndReleaseAll();
    }

    private EmbeddedChannel open() {
        return new EmbeddedChannel(new RaftPortGuard(unfinished, violations));
    }

    private byte @Nullable [] next() {
        ByteBuf frame = channel.readInbound();
        if (frame == null) {
            return null;
        }
        byte[] bytes = ByteBufUtil.getBytes(frame);
        frame.release();
        return bytes;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
