package io.slotregistry.cluster;

import io.slotregistry.model.ProcessId;
import io.slotregistry.proto.Reply;
import io.slotregistry.proto.Request;
import io.slotregistry.rpc.Address;
import io.slotregistry.rpc.Transport;
import io.slotregistry.runtime.EventLoop;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spreads views with the traffic there is: every request and reply shows the epoch that its sender holds, and whoever
 * is behind is given the newer view. So a node that is cut off from meta still learns from its peers.
 */
public final class ViewGossip implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(ViewGossip.class);
    private static final long VIEW_TIMEOUT_MILLIS = 2_000;

    private final Transport transport;
    private final Supplier<ClusterView> current;
    private final Consumer<ClusterView> learn;

    /**
     * @param current the view that this node holds; called from any thread
     * @param learn takes newer views; called from any thread
     */
    public ViewGossip(Transport transport, Supplier<ClusterView> current, Consumer<ClusterView> learn) {
        this.transport = transport;
        this.current = current;
        this.learn = learn;
    }

    @Override
    public void call(Address to, Request request, long timeoutMillis, EventLoop loop, Callback callback) {
        Request stamped = request.getEpoch() > 0
                ? request
                : request.toBuilder().setEpoch(current.get().epoch()).build();
        transport.call(to, stamped, timeoutMillis, loop, new Callback() {
            @Override
            public void replied(Reply reply) {
                learn(reply);
                teach(to, reply.getEpoch(), loop);
                callback.replied(reply);
            }

            @Override
            public void failed(String reason) {
                callback.failed(reason);
            }
        });
    }

    @Override
    public void serve(Server server) {
        transport.serve(new Server() {
            @Override
            public void handle(ProcessId sender, Request request, Consumer<Reply> reply) {
                if (request.hasView()) {
                    offer(request.getView());
                    reply.accept(
                            stamp(Reply.getDefaultInstance(), request.getView().getEpoch()));
                } else {
                    server.handle(sender, request, answer -> reply.accept(stamp(answer, request.getEpoch())));
                }
            }

            @Override
            public void disconnected(ProcessId sender) {
                server.disconnected(sender);
            }
        });
    }

    private Reply stamp(Reply reply, long senderEpoch) {
        ClusterView view = current.get();
        Reply.Builder stamped = reply.toBuilder().setEpoch(view.epoch());
        if (senderEpoch < view.epoch()) {
            stamped.setView(view.toProto());
        }
        return stamped.build();
    }

    private void learn(Reply reply) {
        if (reply.hasView()) {
            offer(reply.getView());
        }
    }

    /** One attempt is enough: the next call shows the difference again. */
    private void teach(Address peer, long peerEpoch, EventLoop loop) {
        ClusterView view = current.get();
        if (peerEpoch >= view.epoch()) {
            return;
        }
        Request request = Request.newBuilder()
                .setEpoch(view.epoch())
                .setView(view.toProto())
                .build();
        transport.call(peer, request, VIEW_TIMEOUT_MILLIS, loop, new Callback() {
            @Override
            public void replied(Reply reply) {
                learn(reply);
            }

            @Override
            public void failed(String reason) {
                LOG.debug("event=view-not-delivered peer={} reason=\"{}\"", peer, reason);
            }
        });
    }

    private void offer(io.slotregistry.proto.ClusterView proto) {
        if (proto.getEpoch() <= current.get().epoch()) {
            return;
        }
        try {
            learn.accept(ClusterView.fromProto(proto));
        } catch (IllegalArgumentException malformed) {
            LOG.error("event=malformed-view reason=\"{}\" action=ignored", malformed.getMessage());
        }
    }
}
