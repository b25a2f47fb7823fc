package io.slotregistry.rpc;

import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.runtime.EventLoop;
import java.util.function.Consumer;

/**
 * The one way to do RPC between nodes. A call may be lost, repeated or late: receivers must not care. Implemented over
 * Bolt and by the simulator.
 */
public interface Transport {
    /**
     * Sends one request. Never blocks and never throws; exactly one method of {@code callback} runs, once, on
     * {@code loop}.
     */
    void call(Address to, Request request, long timeoutMillis, EventLoop loop, Callback callback);

    /** Sets who answers requests; to be called once, before the node starts. */
    void serve(Server server);

    /** What becomes of a call. */
    interface Callback {
        void replied(Reply reply);

        /** The request may or may not have been processed. */
        void failed(String reason);
    }

    /** The receiving side. Called on IO threads; returns at once. */
    interface Server {
        /** @param reply takes exactly one reply, from any thread */
        void handle(ProcessId sender, Request request, Consumer<Reply> reply);

        /** The last connection from this process closed. */
        void disconnected(ProcessId sender);
    }
}
