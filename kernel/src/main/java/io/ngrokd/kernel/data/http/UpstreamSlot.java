package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.ngrokd.kernel.data.channel.ReadGate;
import io.ngrokd.kernel.data.channel.StreamEnd;
import io.ngrokd.kernel.data.ingress.IngressException;
import io.ngrokd.kernel.data.ingress.IngressStream;
import io.ngrokd.kernel.data.relay.Relay;
import io.ngrokd.kernel.data.route.EndpointTraffic;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The one upstream of a conversation: taken from the pool or dialled when a request needs it, kept for the requests after
 * that, given back to the pool when there are none.
 */
final class UpstreamSlot {

    private final HttpProxy proxy;
    private final HttpConversation conversation;
    private final StreamEnd client;
    private final PoolShelf shelf;
    private final Optional<String> toldAddress;
    private HttpBackend backend;
    private Future<IngressStream> dialling;

    UpstreamSlot(HttpProxy proxy, HttpConversation conversation, StreamEnd client) {
        this.proxy = proxy;
        this.conversation = conversation;
        this.client = client;
        this.shelf = proxy.pool().shelf(client.channel().eventLoop());
        this.toldAddress = proxy.settings().forwardedHeaders() ? address(client) : Optional.empty();
    }

    /** The upstream; null when there is none. */
    HttpBackend get() {
        return backend;
    }

    boolean holds(HttpBackend other) {
        return backend != null && backend == other;
    }

    /** Whether the exchange's request can be sent at once, on the stream that is here or on one from the pool. */
    boolean isReadyFor(HttpExchange exchange) {
        if (backend != null && backend.serves(exchange)) {
            return true;
        }
        if (backend != null) {
            // Its handler goes, and with it the end of the read that would have sent the last answer on.
            conversation.flush();
            giveBack();
        }
        if (!exchange.isShareable()) {
            return false;
        }
        for (Optional<UpstreamLease> parked = next(exchange); parked.isPresent(); parked = next(exchange)) {
            if (install(parked.get())) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is one that is the client's alone, but not for this exchange. */
    boolean isBoundElsewhere(HttpExchange exchange) {
        return backend != null && backend.isPinned() && !backend.serves(exchange);
    }

    /** Lets go of an upstream that an answer has ended; false when the client's connection can't go on without it. */
    boolean survivesExchange() {
        if (backend == null || !backend.isEnded()) {
            return true;
        }
        boolean pinned = backend.isPinned();
        drop(false);
        return !pinned;
    }

    /** Gets a new one, while the client's bytes wait. */
    void dial(Destination destination, Runnable ready, Consumer<IngressException> failed, Runnable lost) {
        client.reads().close(ReadGate.Reason.UNDECIDED);
        long generation = shelf.generation();
        dialling = proxy.upstreams().acquire(client.channel().eventLoop(), destination.ingressRequest());
        dialling.addListener((FutureListener<IngressStream>) dialled -> {
            if (dialling != dialled) {
                if (dialled.isSuccess()) {
                    dialled.getNow().abort();
                }
                return;
            }
            dialling = null;
            client.reads().open(ReadGate.Reason.UNDECIDED);
            if (!dialled.isSuccess()) {
                failed.accept((IngressException) dialled.cause());
            } else if (install(new UpstreamLease(dialled.getNow(), generation, false))) {
                ready.run();
            } else {
                lost.run();
            }
        });
    }

    /** Sends the head of the exchange's request. */
    void sendHead(HttpExchange exchange) {
        boolean persistent = exchange.request().persistent()
                || exchange.isShareable() && proxy.settings().pool().enabled();
        ByteBuf head = new ForwardedRequest(
                exchange.request(), exchange.destination().hostHeader(), persistent, toldAddress).head();
        exchange.traffic().sent(head.readableBytes());
        backend.write(head);
    }

    /**
     * Sends what belongs to the request's body. A write may find the upstream dead and end the exchange there and then.
     *
     * @param bytes taken over
     * @param surplus gets what does not belong to it, before anything is written
     */
    void sendBody(HttpExchange exchange, ByteBuf bytes, Consumer<ByteBuf> surplus) throws HttpViolation {
        int taken;
        try {
            taken = exchange.requestBody().take(bytes);
        } catch (HttpViolation violation) {
            bytes.release();
            throw violation;
        }
        exchange.traffic().sent(taken);
        if (taken < bytes.readableBytes()) {
            ByteBuf last = bytes.readRetainedSlice(taken);
            surplus.accept(bytes);
            backend.write(last);
        } else {
            backend.write(bytes);
        }
    }

    void flush() {
        if (backend != null) {
            backend.flush();
        }
    }

    /** The client takes bytes again. */
    void resume() {
        if (backend != null) {
            backend.stream().reads().open(ReadGate.Reason.PEER_FULL);
        }
    }

    /** The client takes no more bytes for now. */
    void pause() {
        if (backend != null) {
            backend.stream().reads().close(ReadGate.Reason.PEER_FULL);
        }
    }

    /** Leaves client, which may have ended its half already, and upstream to each other: from here on nothing is parsed. */
    void join(HttpBackend from, ByteBuf fromClient, ByteBuf fromEndpoint, boolean clientEnded, EndpointTraffic traffic) {
        forget();
        client.reads().close(ReadGate.Reason.UNDECIDED);
        from.stream().reads().close(ReadGate.Reason.UNDECIDED);
        Relay.join(client, from.stream(), fromClient, fromEndpoint, clientEnded, traffic, proxy.relay());
    }

    /** Empties the slot without touching what was in it. */
    void forget() {
        backend = null;
        Future<IngressStream> abandoned = dialling;
        dialling = null;
        if (abandoned != null) {
            abandoned.cancel(false);
        }
        client.reads().open(ReadGate.Reason.PEER_FULL);
    }

    /** Ends what is in the slot, or being dialled for it. */
    void drop(boolean unfinished) {
        HttpBackend dropped = backend;
        forget();
        if (dropped != null && unfinished) {
            dropped.abort();
        } else if (dropped != null) {
            dropped.close();
        }
    }

    /** Lets others have what is in the slot, if it is fit for them, and ends it otherwise. */
    void giveBack() {
        HttpBackend used = backend;
        forget();
        if (used != null && !(used.isClean() && shelf.park(used.lease()))) {
            used.close();
        }
    }

    /** Lets others have what is in the slot, if it is fit for them. */
    void offer() {
        if (backend != null && backend.isClean() && shelf.park(backend.lease())) {
            forget();
        }
    }

    private Optional<UpstreamLease> next(HttpExchange exchange) {
        return shelf.take(exchange.destination().ingressRequest());
    }

    private boolean install(UpstreamLease lease) {
        IngressStream stream = lease.stream();
        backend = new HttpBackend(conversation, lease, proxy.settings());
        stream.install(backend);
        // The installation may have told of an end that came before it.
        if (backend == null || !stream.channel().isActive()) {
            forget();
            stream.abort();
            return false;
        }
        stream.reads().open(ReadGate.Reason.UNDECIDED);
        return true;
    }

    private static Optional<String> address(StreamEnd client) {
        return client.channel().remoteAddress() instanceof InetSocketAddress from
                ? Optional.of(NetUtil.toAddressString(from.getAddress()))
                : Optional.empty();
    }
}
