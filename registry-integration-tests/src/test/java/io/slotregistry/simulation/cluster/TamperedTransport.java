package io.slotregistry.simulation.cluster;

import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import java.util.function.Consumer;

/** A node's transport as a {@link Tampering} would have it. */
record TamperedTransport(ProcessId self, Transport transport, Tampering tampering) implements Transport {
    @Override
    public void call(Address to, Request request, long timeoutMillis, EventLoop loop, Callback callback) {
        transport.call(to, tampering.sent(self, to, request), timeoutMillis, loop, new Callback() {
            @Override
            public void replied(Reply reply) {
                callback.replied(reply);
            }

            @Override
            public void failed(String reason) {
                if (!tampering.hidesFailures()) {
                    callback.failed(reason);
                }
            }
        });
    }

    @Override
    public void serve(Server server) {
        transport.serve(new Server() {
            @Override
            public void handle(ProcessId sender, Request request, Consumer<Reply> reply) {
                server.handle(
                        sender,
                        tampering.received(sender, self, request),
                        answer -> reply.accept(tampering.replied(self, answer)));
            }

            @Override
            public void disconnected(ProcessId sender) {
                server.disconnected(sender);
            }
        });
    }
}
