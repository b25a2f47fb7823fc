package io.slotregistry.session.port;

import io.slotregistry.rpc.bolt.BadFrameException;
import io.slotregistry.rpc.bolt.BoltConnection;
import io.slotregistry.rpc.bolt.Frame;
import io.slotregistry.rpc.bolt.FrameListener;
import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.ClientHandler;
import io.slotregistry.session.client.ConfigPush;
import io.slotregistry.session.client.DataPush;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One SDK's connection. Decodes on the IO thread and answers from wherever the core answers. */
final class SdkConnection implements FrameListener, ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(SdkConnection.class);
    private static final byte[] NOTHING = new byte[0];
    private final ClientPort port;
    private final ClientHandler handler;
    private final long id;
    private @Nullable String rejection;
    /** One line for each connection is enough. */
    private volatile boolean complainedBefore;

    private volatile boolean closedByServer;

    private String remoteAddress = "";
    private volatile @Nullable BoltConnection connection;

    SdkConnection(ClientPort port, ClientHandler handler, long id) {
        this.port = port;
        this.handler = handler;
        this.id = id;
    }

    @Override
    public void opened(BoltConnection opened) {
        connection = opened;
        remoteAddress = opened.remoteAddress();
        rejection = port.admission().opened(ip());
        if (rejection == null) {
            handler.opened(this);
        } else {
            LOG.warn("event=client-rejected client={} reason=\"{}\"", remoteAddress, rejection);
            if (port.admission().isOverrun()) {
                opened.close(rejection);
            }
        }
    }

    @Override
    public void request(BoltConnection from, Frame frame) {
        String rejected = rejection;
        if (rejected != null) {
            // Not before: an SDK whose connection ends while it is being made may never try this address again.
            from.close(rejected);
            return;
        }
        WireClass type = WireClass.ofWireName(frame.className());
        if (frame.codec() != Frame.HESSIAN || type == null) {
            from.refuse(frame, Frame.NO_PROCESSOR);
            throw new BadFrameException(
                    "class " + printable(frame.className()) + " with codec " + frame.codec() + " is not allowed");
        }
        try {
            handle(from, frame, type);
        } catch (HessianException malformed) {
            from.refuse(frame, Frame.DESERIALIZATION_EXCEPTION);
            throw new BadFrameException(type + ": " + malformed.getMessage());
        }
    }

    private void handle(BoltConnection from, Frame frame, WireClass type) throws HessianException {
        port.requested();
        switch (type) {
            case PUBLISHER_REGISTER, SUBSCRIBER_REGISTER, CONFIGURATOR_REGISTER ->
                register(from, frame, port.messages().registration(type, frame.content()));
            case SYNC_CONFIG_REQUEST -> {
                ClientMessages.checkSyncConfigRequest(frame.content());
                from.respond(frame, WireClass.SYNC_CONFIG_RESPONSE.wireName(), ClientMessages.syncConfigResponse());
            }
            default -> throw new HessianException("not a request");
        }
    }

    private void register(BoltConnection from, Frame frame, Registration registration) {
        if (registration instanceof Registration.Valid valid) {
            handler.request(this, valid.request(), new ClientHandler.Answer() {
                @Override
                public void accepted() {
                    respond(from, frame, registration, null);
                }

                @Override
                public void notTaken(String reason) {
                    port.notTaken();
                    complain("registration-not-taken", registration, reason);
                    accepted();
                }

                @Override
                public void notYet(String reason) {
                    port.notYet();
                    complain("registration-not-answered", registration, reason);
                    from.leaveUnanswered(frame);
                }
            });
        } else if (registration instanceof Registration.Invalid invalid) {
            respond(from, frame, registration, invalid.reason());
        }
    }

    private void respond(BoltConnection to, Frame frame, Registration registration, @Nullable String refusal) {
        if (refusal != null) {
            port.refused();
            complain("registration-refused", registration, refusal);
        }
        byte[] response = ClientMessages.registerResponse(registration, refusal);
        to.respond(frame, WireClass.REGISTER_RESPONSE.wireName(), response);
    }

    private void complain(String event, Registration registration, String reason) {
        Level level = complainedBefore ? Level.DEBUG : Level.WARN;
        complainedBefore = true;
        LOG.atLevel(level)
                .log(
                        "event={} client={} registerId={} reason=\"{}\"",
                        event,
                        remoteAddress,
                        printable(registration.registerId()),
                        reason);
    }

    @Override
    public void violated(BoltConnection from, String how) {
        closedByServer = true;
        port.violated(from.remoteAddress(), how);
    }

    @Override
    public void skipped(BoltConnection from, String why) {
        port.skipped(from.remoteAddress(), why);
    }

    @Override
    public void closed(BoltConnection from, String reason) {
        if (connection != null) {
            port.admission().closed(ip());
        }
        if (connection != null && rejection == null) {
            LOG.debug("event=client-closed client={} reason=\"{}\"", remoteAddress, reason);
            handler.closed(this);
        }
    }

    private String ip() {
        return remoteAddress.substring(0, Math.max(0, remoteAddress.lastIndexOf(':')));
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public void push(DataPush push, long timeoutMillis, PushListener listener) {
        byte[] data = push.content().encoded(ClientMessages::data);
        push(WireClass.RECEIVED_DATA, ClientMessages.receivedData(push), data, timeoutMillis, listener);
    }

    @Override
    public void push(ConfigPush push, long timeoutMillis, PushListener listener) {
        push(WireClass.RECEIVED_CONFIG_DATA, ClientMessages.receivedConfigData(push), NOTHING, timeoutMillis, listener);
    }

    @Override
    public boolean mayPush(long bytes) {
        BoltConnection current = connection;
        return current != null && current.mayPush(bytes);
    }

    @Override
    public boolean isClosedByServer() {
        return closedByServer;
    }

    @Override
    public void close(String reason) {
        closedByServer = true;
        BoltConnection current = connection;
        if (current != null) {
            current.close(reason);
        }
    }

    /** @param shared goes on with the content */
    private void push(WireClass type, byte[] content, byte[] shared, long timeoutMillis, PushListener listener) {
        BoltConnection current = connection;
        if (current == null) {
            listener.failed("connection not open");
            return;
        }
        String name = type.wireName();
        current.push(Frame.HESSIAN, name, content, shared, timeoutMillis, new BoltConnection.Callback() {
            private boolean failed;

            @Override
            public void replied(Frame response) {
                try {
                    if (response.status() != Frame.SUCCESS || !ClientMessages.isSuccess(response.content())) {
                        failed("the client answers with status " + response.status());
                        return;
                    }
                    if (!failed) {
                        port.pushed(true);
                    }
                    listener.acknowledged();
                } catch (HessianException malformed) {
                    failed("malformed acknowledgement: " + malformed.getMessage());
                }
            }

            @Override
            public void failed(String reason) {
                if (!failed) {
                    failed = true;
                    port.pushed(false);
                    listener.failed(reason);
                }
            }
        });
    }

    /** A client's text in a log line: short and without line breaks. */
    private static String printable(String text) {
        String shortened = text.length() > 128 ? text.substring(0, 128) + "…" : text;
        return shortened.replaceAll("[^\\x21-\\x7e…]", "?");
    }
}
