package io.slotregistry.session.publish;

import io.slotregistry.session.client.ClientConnection;
import io.slotregistry.session.client.ConfigPush;
import io.slotregistry.session.client.DataPush;

/** A client that only registers. */
record FakeConnection(long id) implements ClientConnection {
    @Override
    public String remoteAddress() {
        return "10.0.0.1:" + id;
    }

    @Override
    public void push(DataPush push, long timeoutMillis, PushListener listener) {
        throw new AssertionError("nothing is pushed to a publisher");
    }

    @Override
    public void push(ConfigPush push, long timeoutMillis, PushListener listener) {
        throw new AssertionError("nothing is pushed to a publisher");
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void close(String reason) {}
}
