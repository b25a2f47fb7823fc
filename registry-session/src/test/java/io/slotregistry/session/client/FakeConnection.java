package io.slotregistry.session.client;

/** A client that only registers; who expects to be pushed something overrides that. */
public class FakeConnection implements ClientConnection {
    private final long id;
    private final String address;
    private boolean closedByServer;

    public FakeConnection(long id) {
        this(id, "10.0.0.1");
    }

    public FakeConnection(long id, String address) {
        this.id = id;
        this.address = address;
    }

    @Override
    public final long id() {
        return id;
    }

    @Override
    public final String remoteAddress() {
        return address + ":" + (5_000 + id);
    }

    @Override
    public void push(DataPush push, long timeoutMillis, PushListener listener) {
        throw new AssertionError("no data is expected");
    }

    @Override
    public void push(ConfigPush push, long timeoutMillis, PushListener listener) {
        throw new AssertionError("no configuration is expected");
    }

    @Override
    public boolean mayPush(long bytes) {
        return true;
    }

    @Override
    public boolean isClosedByServer() {
        return closedByServer;
    }

    @Override
    public void close(String reason) {
        closedByServer = true;
    }
}
