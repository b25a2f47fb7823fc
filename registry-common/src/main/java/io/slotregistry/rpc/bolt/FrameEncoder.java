package io.slotregistry.rpc.bolt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToByteEncoder;
import java.util.zip.CRC32;

/** Writes frames. Keeps nothing, so all connections share one. */
@ChannelHandler.Sharable
final class FrameEncoder extends MessageToByteEncoder<Frame> {
    FrameEncoder() {
        super(Frame.class);
    }

    @Override
    protected ByteBuf allocateBuffer(ChannelHandlerContext context, Frame frame, boolean preferDirect) {
        int size = Dialect.V2.requestHeaderLength() + frame.className().length() + frame.content().length + 4;
        return context.alloc().ioBuffer(size);
    }

    @Override
    @SuppressWarnings("deprecation") // The class name is ASCII and goes out byte by byte.
    protected void encode(ChannelHandlerContext context, Frame frame, ByteBuf out) {
        Dialect dialect = frame.dialect();
        boolean response = frame.kind() == Frame.Kind.RESPONSE || frame.kind() == Frame.Kind.HEARTBEAT_ACK;
        int start = out.writerIndex();
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
        out.writeInt(frame.content().length);
        for (int i = 0; i < className.length(); i++) {
            out.writeByte(className.charAt(i));
        }
        out.writeBytes(frame.content());
        if (dialect == Dialect.V2_CRC) {
            CRC32 crc = new CRC32();
            crc.update(out.nioBuffer(start, out.writerIndex() - start));
            out.writeInt((int) crc.getValue());
        }
    }

    private static int command(Frame.Kind kind) {
        return switch (kind) {
            case HEARTBEAT, HEARTBEAT_ACK -> 0;
            case REQUEST, ONEWAY -> 1;
            case RESPONSE -> 2;
        };
    }
}
