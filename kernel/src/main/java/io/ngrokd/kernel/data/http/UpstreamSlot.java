package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.ngrokd.kernel.data.channel.ReadGate;
import io.ngrokd.kernel.data.channel.StreamEnd;
import io.ngrokd.kernel.data.ingress.IngressException;
import io.ngrokd.kernel.data.ingress.IngressStream;
import io.ngrokd.kernel.data.relay.Relay;
import io.ngrokd.kernel.data.route.EndpointTraffic;
import java.util.function.Consumer;

/** The one upstream of a conversation: dialled when a request needs it, kept for the requests after that. */
final class UpstreamSlot {

    private final HttpProxy proxy;
    private final HttpConversation conversation;
    private final StreamEnd client;
    private HttpBackend backend;
    private Future<IngressStream> dialling;

    UpstreamSlot(HttpProxy proxy, HttpConversation conversation, StreamEnd client) {
        this.proxy = proxy;
        this.conversation = conversation;
        this.client = client;
    }

    /** The upstream; null when there is none. */
    HttpBackend get() {
        return backend;
    }

    boolean holds(HttpBackend other) {
        return backend != null && backend == other;
    }

    /** Whether a request for the destination can be sent at once. */
    boolean serves(Destination destination) {
        return backend != null && backend.serves(destination);
    }

    /** Gets a new one, while the client's bytes wait. */
    void dial(Destination destination, Runnable ready, Consumer<IngressException> failed, Runnable lost) {
        client.reads().close(ReadGate.Reason.UNDECIDED);
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
            } else if (install(dialled.getNow())) {
                ready.run();
            } else {
                lost.run();
            }
        });
    }

    /** Sends the head of the exchange's request. */
    void sendHead(HttpExchange exchange) {
        byte[] head = exchange.request().forwarded(exchange.destination().hostHeader());
        exchange.traffic().sent(head.length);
        backend.write(Unpooled.wrappedBuffer(head));
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

    /** Leaves client and upstream to each other: from here on nothing is parsed. */
    void join(HttpBackend from, ByteBuf fromClient, ByteBuf fromEndpoint, EndpointTraffic traffic) {
        forget();
        client.reads().close(ReadGate.Reason.UNDECIDED);
        from.stream().reads().close(ReadGate.Reason.UNDECIDED);
        Relay.join(client, from.stream(), fromClient, fromEndpoint, traffic, proxy.relay());
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

    private boolean install(IngressStream stream) {
        backend = new HttpBackend(conversation, stream, proxy.settings());
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
}
