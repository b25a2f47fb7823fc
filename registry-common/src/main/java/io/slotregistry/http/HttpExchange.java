package io.slotregistry.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.slotregistry.http.HttpPort.Outcome;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: its first request is answered when its head is there, whatever becomes of its body, and then the
 * connection is closed. Belongs to the port's thread.
 */
final class HttpExchange extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(HttpExchange.class);

    private final HttpPort port;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean answered;

    HttpExchange(HttpPort port) {
        this.port = port;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        port.opened(context.channel());
        deadline = context.executor().schedule(() -> late(context), HttpPort.DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        port.closed(context.channel());
        cancelDeadline();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (!answered && message instanceof HttpRequest request) {
                if (request.decoderResult().isFailure()) {
                    refuse(context, request.decoderResult().cause());
                } else {
                    answer(context, request);
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (answered || failure instanceof IOException) {
            close(context);
        } else if (failure instanceof DecoderException) {
            refuse(context, failure);
        } else {
            LOG.error("event=http-answer-failed", failure);
            port.ended(Outcome.FAILED);
            send(
                    context,
                    HttpAnswer.text(500, "this question found a fault of the server, which is in its log"),
                    false);
        }
    }

    private void answer(ChannelHandlerContext context, HttpRequest request) {
        boolean head = request.method().equals(HttpMethod.HEAD);
        if (!head && !request.method().equals(HttpMethod.GET)) {
            port.ended(Outcome.MALFORMED);
            send(context, HttpAnswer.text(405, "only GET and HEAD are answered here"), false);
            return;
        }
        HttpAnswer answer = port.answer(HttpQuestion.of(request.uri()));
        port.ended(Outcome.ANSWERED);
        send(context, answer, head);
    }

    private void refuse(ChannelHandlerContext context, Throwable malformed) {
        port.ended(Outcome.MALFORMED);
        Throwable reason = malformed instanceof DecoderException && malformed.getCause() != null
                ? malformed.getCause()
                : malformed;
        int status = reason instanceof TooLongFrameException ? 414 : 400;
        send(context, HttpAnswer.text(status, "malformed request: " + reason.getMessage()), false);
    }

    private void send(ChannelHandlerContext context, HttpAnswer answer, boolean headOnly) {
        answered = true;
        ByteBuf body = Unpooled.copiedBuffer(answer.body(), UTF_8);
        int length = body.readableBytes();
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                headOnly ? Unpooled.EMPTY_BUFFER : body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.type())
                .set(HttpHeaderNames.CONTENT_LENGTH, length)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        context.writeAndFlush(response).addListener(sent -> finish(context, sent));
    }

    /** To close at once would reset the connection when a body is still on its way, and take the answer with it. */
    private void finish(ChannelHandlerContext context, Future<?> sent) {
        if (!sent.isSuccess() || !(context.channel() instanceof DuplexChannel channel)) {
            close(context);
            return;
        }
        channel.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        cancelDeadline();
        deadline = context.executor().schedule(() -> close(context), HttpPort.LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void late(ChannelHandlerContext context) {
        port.ended(Outcome.LATE);
        close(context);
    }

    private static void close(ChannelHandlerContext context) {
        var unused = context.close(); // What becomes of it is heard when the channel is inactive.
    }

    private void cancelDeadline() {
        ScheduledFuture<?> pending = deadline;
        if (pending != null) {
            pending.cancel(false);
        }
    }
}
