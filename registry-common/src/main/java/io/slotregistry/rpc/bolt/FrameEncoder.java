package io.slotregistry.rpc.bolt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.zip.CRC32;

/** How frames become bytes. */
final class FrameEncoder {
    /** Of a frame's own content; a longer one is not copied either. */
    private static final int MAX_COPIED = 1_024;

    private FrameEncoder() {}

    /** The body is not copied. */
    static ByteBuf encode(Outgoing outgoing) {
        ByteBuf own = withoutBody(outgoing);
        byte[] body = outgoing.body();
        if (outgoing.frame().dialect() == Dialect.V2_CRC) {
            CRC32 crc = new CRC32();
            crc.update(own.nioBuffer());
            crc.update(body);
            ByteBuf checksum = Unpooled.buffer(FrameHeader.CHECKSUM_BYTES).writeInt((int) crc.getValue());
            return Unpooled.wrappedBuffer(own, Unpooled.wrappedBuffer(body), checksum);
        }
        return body.length == 0 ? own : Unpooled.wrappedBuffer(own, Unpooled.wrappedBuffer(body));
    }

    private static ByteBuf withoutBody(Outgoing outgoing) {
        Frame frame = outgoing.frame();
        Dialect dialect = frame.dialect();
        boolean response = frame.kind() == Frame.Kind.RESPONSE || frame.kind() == Frame.Kind.HEARTBEAT_ACK;
        ByteBuf out = Unpooled.buffer(Dialect.V2.requestHeaderLength()
                + frame.className().length()
                + Math.min(frame.content().length, MAX_COPIED));
        out.writeByte(dialect.protocolCode);
        if (dialect.isV2()) {
            out.writeByte(dialect == Dialect.V2_CRC ? 2 : 1);
        }
        out.writeByte(response ? 0 : frame.kind() == Frame.Kind.ONEWAY ? 2 : 1);
        out.writeShort(command(frame.kind()));
        out.writeByte(1);
        out.writeInt(frame.requestId());
        out.writeByte(frame.codec());
        if (dialect.isV2()) {
            out.writeByte(dialect == Dialect.V2_CRC ? 1 : 0);
        }
        if (response) {
            out.writeShort(frame.status());
        } else {
            out.writeInt(frame.timeoutMillis());
        }
        String className = frame.className();
        out.writeShort(className.length());
        out.writeShort(0);
        out.writeInt(frame.content().length + outgoing.body().length);
        for (int i = 0; i < className.length(); i++) {
            out.writeByte(className.charAt(i));
        }
        byte[] content = frame.content();
        return content.length <= MAX_COPIED
                ? out.writeBytes(content)
                : Unpooled.wrappedBuffer(out, Unpooled.wrappedBuffer(content));
    }

    private static int command(Frame.Kind kind) {
        return switch (kind) {
            case HEARTBEAT, HEARTBEAT_ACK -> 0;
            case REQUEST, ONEWAY -> 1;
            case RESPONSE -> 2;
        };
    }
}
