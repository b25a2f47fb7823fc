package io.slotregistry.sdk;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A client on a plain socket: sends exactly the bytes it is told to, and waits for frames with a deadline. */
public final class BoltSocket implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Socket socket;
    private final InputStream input;
    private final Deque<BoltFrame> waiting = new ArrayDeque<>();
    private int ids;

    public BoltSocket(int port) {
        this(InetAddress.getLoopbackAddress(), port);
    }

    public BoltSocket(InetAddress host, int port) {
        try {
            socket = new Socket(host, port);
            socket.setTcpNoDelay(true);
            input = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public BoltSocket sendBytes(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    public BoltSocket send(BoltFrame frame) {
        return sendBytes(frame.encode());
    }

    public int nextId() {
        return ++ids;
    }

    /** Sends a message as the SDKs do, and returns the frame that answers it. */
    public BoltFrame call(Object message) {
        int id = nextId();
        send(BoltFrame.request(id, message.getClass().getName(), WireHessian.encode(message)));
        return awaitAnswer(id);
    }

    public <T> T call(Object message, Class<T> answer) {
        return WireHessian.decode(call(message), answer);
    }

    public BoltFrame awaitAnswer(int id) {
        return await("answer " + id, frame -> !frame.isRequest() && frame.id() == id);
    }

    /** Waits for a push, acknowledges it and returns its content. */
    public <T> T awaitPush(Class<T> type) {
        BoltFrame push = awaitPushFrame(type);
        acknowledge(push);
        return WireHessian.decode(push, type);
    }

    public BoltFrame awaitPushFrame(Class<?> type) {
        return await(
                type.getSimpleName(),
                frame -> frame.isRequest() && frame.className().equals(type.getName()));
    }

    public void acknowledge(BoltFrame push) {
        com.alipay.sofa.registry.core.model.Result done = new com.alipay.sofa.registry.core.model.Result();
        done.setSuccess(true);
        send(push.answer(done.getClass().getName(), WireHessian.encode(done)));
    }

    /** The first frame, of those not yet returned, that fulfils the condition. Others stay for later calls. */
    public BoltFrame await(String what, Predicate<BoltFrame> condition) {
        BoltFrame found = next(condition, System.nanoTime() + LIMIT.toNanos());
        if (found == null) {
            throw new AssertionError("no " + what + " in " + LIMIT + ", but " + waiting);
        }
        return found;
    }

    /** Looks for a frame that must not come. */
    public boolean staysWithout(Duration span, Predicate<BoltFrame> condition) {
        return next(condition, System.nanoTime() + span.toNanos()) == null;
    }

    /** Waits until the server ends this connection. */
    public void awaitClosedByServer() {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        try {
            while (true) {
                if (readUntil(deadline) == null) {
                    return;
                }
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("still connected after " + LIMIT, e);
        } catch (SocketException e) {
            // Reset: also an end.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable BoltFrame next(Predicate<BoltFrame> condition, long deadline) {
        for (Iterator<BoltFrame> frames = waiting.iterator(); frames.hasNext(); ) {
            BoltFrame frame = frames.next();
            if (condition.test(frame)) {
                frames.remove();
                return frame;
            }
        }
        try {
            while (true) {
                BoltFrame frame = readUntil(deadline);
                if (frame == null) {
                    throw new AssertionError("the server closed the connection");
                }
                if (condition.test(frame)) {
                    return frame;
                }
                waiting.add(frame);
            }
        } catch (SocketTimeoutException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable BoltFrame readUntil(long deadline) throws IOException {
        long leftMillis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (leftMillis <= 0) {
            throw new SocketTimeoutException();
        }
        socket.setSoTimeout((int) leftMillis);
        return BoltFrame.read(input);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
