package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.ngrokd.kernel.data.channel.Deadline;
import io.ngrokd.kernel.data.channel.LingeringClose;
import io.ngrokd.kernel.data.channel.ReadGate;
import io.ngrokd.kernel.data.channel.StreamEnd;
import io.ngrokd.kernel.data.ingress.IngressException;
import io.ngrokd.kernel.data.relay.Relay;
import io.ngrokd.kernel.data.route.ListenerRoutes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes on over one client's connection: one request is read and sent on, the end of its answer is waited for, and
 * only then the next one is looked at.
 */
final class HttpConversation implements HttpProxy.Session {

    private static final Logger LOG = LoggerFactory.getLogger(HttpConversation.class);

    private enum Phase { HEAD, DIALLING, BODY, ANSWER, OVER }

    private final HttpProxy proxy;
    private final HttpProxy.Client owner;
    private final StreamEnd client;
    private final RequestReader reader;
    private final Deadline deadline;
    private final UpstreamSlot upstream;
    private Phase phase = Phase.HEAD;
    private ChannelHandlerContext context;
    private HttpExchange exchange;
    private boolean inputEnded;
    private boolean draining;

    HttpConversation(HttpProxy proxy, HttpProxy.Client owner) {
        this.proxy = proxy;
        this.owner = owner;
        this.client = owner.stream();
        this.reader = new RequestReader(proxy.settings());
        this.deadline = new Deadline(client.channel().eventLoop());
        this.upstream = new UpstreamSlot(proxy, this, client);
    }

    StreamEnd client() {
        return client;
    }

    void start(ByteBuf first) {
        client.install(new HttpFrontend(this));
        if (context == null || !client.channel().isActive()) {
            first.release();
            return;
        }
        reader.add(context.alloc(), first);
        awaitHead();
        process();
        client.reads().open(ReadGate.Reason.UNDECIDED);
    }

    @Override
    public void drain() {
        draining = true;
        if (phase == Phase.HEAD && !reader.isHeadStarted()) {
            closeClient();
        }
    }

    // What the client does.

    void attached(ChannelHandlerContext to) {
        context = to;
    }

    /** Somebody else is in charge of the client now. */
    void detached() {
        deadline.cancel();
        reader.release();
    }

    /** Bytes of the client, taken over. */
    void received(ByteBuf bytes) {
        if (phase == Phase.OVER || inputEnded) {
            bytes.release();
        } else if (phase == Phase.BODY && !reader.hasBytes()) {
            passBody(bytes);
            if (reader.hasBytes()) {
                process();
            }
        } else {
            reader.add(context.alloc(), bytes);
            process();
        }
    }

    void flushUpstream() {
        upstream.flush();
    }

    /** The client takes bytes again. */
    void writable() {
        upstream.resume();
    }

    void inputEnded() {
        inputEnded = true;
        switch (phase) {
            case HEAD -> closeClient();
            case BODY -> abort();
            // A client that has said all it wants to say may still listen.
            case DIALLING, ANSWER -> deadline.set(proxy.relay().halfClosedLimit(), this::abort);
            case OVER -> LOG.trace("A client closed its half after its connection was given up.");
        }
    }

    void broken(Throwable failure) {
        LOG.debug("A client's connection broke. reason={} client={}", failure.toString(), client.channel());
        abort();
    }

    void gone() {
        if (phase != Phase.OVER) {
            boolean idle = phase == Phase.HEAD;
            phase = Phase.OVER;
            deadline.cancel();
            reader.release();
            upstream.drop(!idle);
        }
    }

    // What the upstream does.

    /** Bytes of an answer, taken over. */
    void forward(ByteBuf bytes) {
        if (phase == Phase.OVER || context.isRemoved()) {
            bytes.release();
            return;
        }
        exchange.startAnswering();
        exchange.destination().route().traffic().received(bytes.readableBytes());
        context.write(bytes, context.voidPromise());
        if (!context.channel().isWritable()) {
            upstream.pause();
        }
    }

    void flush() {
        if (!context.isRemoved()) {
            context.flush();
        }
    }

    /** The whole answer has been forwarded. */
    void answered(HttpBackend from, HttpExchange done) {
        if (!upstream.holds(from) || done != exchange) {
            return;
        }
        if (phase == Phase.ANSWER) {
            finishExchange();
        } else if (!done.leavesConnectionOpen() || from.isEnded()) {
            // The rest of the request interests nobody any more.
            closeClient();
        }
    }

    /** An upstream that no request was using is gone. */
    void upstreamGone(HttpBackend gone) {
        if (!upstream.holds(gone)) {
            return;
        }
        if (exchange != null && exchange.isAnswered() && phase == Phase.BODY) {
            closeClient();
        } else {
            upstream.forget();
        }
    }

    /**
     * An upstream failed under a request.
     *
     * @param endLooksOrderly whether the client, if its connection were closed in order, would take the answer for whole
     */
    void upstreamFailed(HttpBackend failed, String why, boolean endLooksOrderly) {
        if (!upstream.holds(failed) || phase == Phase.OVER) {
            return;
        }
        boolean stale = failed.isReused();
        upstream.forget();
        if (stale && phase == Phase.ANSWER && exchange.mayRepeat()) {
            // The endpoint closed an idle connection just when it was used again; nothing of an answer was seen.
            dial();
            return;
        }
        if (exchange.isAnswering() && endLooksOrderly) {
            report("ENDPOINT_FAILED", why);
            abort();
        } else if (exchange.isAnswering()) {
            report("ENDPOINT_FAILED", why);
            closeClient();
        } else {
            endpointFailed(why);
        }
    }

    /** The endpoint agreed to speak something else; from here on nothing is parsed. */
    void switchProtocols(HttpBackend from, ByteBuf fromEndpoint) {
        phase = Phase.OVER;
        deadline.cancel();
        ByteBuf fromClient = reader.takeAll();
        upstream.forget();
        client.reads().close(ReadGate.Reason.UNDECIDED);
        from.stream().reads().close(ReadGate.Reason.UNDECIDED);
        client.reads().open(ReadGate.Reason.WAITING);
        Relay.join(client, from.stream(), fromClient, fromEndpoint,
                exchange.destination().route().traffic(), proxy.relay());
    }

    // The requests.

    private void process() {
        while (reader.hasBytes() && phase != Phase.OVER) {
            if (phase == Phase.BODY) {
                client.reads().open(ReadGate.Reason.WAITING);
                passBody(reader.takeAll());
            } else if (phase != Phase.HEAD) {
                client.reads().close(ReadGate.Reason.WAITING);
                break;
            } else if (!readHead()) {
                break;
            }
        }
        if (inputEnded && phase == Phase.HEAD) {
            closeClient();
        }
        flushUpstream();
    }

    /** False when more bytes are needed. */
    private boolean readHead() {
        boolean startedBefore = reader.isHeadStarted();
        try {
            Optional<RequestHead> request = reader.read();
            if (request.isPresent()) {
                deadline.cancel();
                begin(request.get());
                return true;
            }
            if (reader.isHeadStarted() && !startedBefore) {
                deadline.set(proxy.settings().headDeadline(), this::headLate);
            }
            return false;
        } catch (HttpViolation violation) {
            respond(ErrorPage.refused(violation));
            return true;
        }
    }

    private void begin(RequestHead request) throws HttpViolation {
        Optional<ListenerRoutes> routes = owner.routes();
        if (routes.isEmpty()) {
            respond(ErrorPage.gone(request));
            return;
        }
        Destination destination = Destination.of(request, routes.get());
        owner.servedBy(destination.route());
        exchange = new HttpExchange(request, destination);
        if (upstream.serves(destination)) {
            send();
        } else {
            upstream.drop(false);
            dial();
        }
    }

    private void dial() {
        phase = Phase.DIALLING;
        upstream.dial(exchange.destination(), this::dialled, this::dialFailed,
                () -> endpointFailed("the connection to the endpoint was closed as soon as it was made"));
    }

    private void dialled() {
        send();
        process();
    }

    private void dialFailed(IngressException failure) {
        report(failure.reason().name(), failure.getMessage() + failure.errorCode().map(" (%s)"::formatted).orElse(""));
        respond(ErrorPage.ingressFailed(exchange.destination(), failure));
    }

    private void endpointFailed(String why) {
        report("ENDPOINT_FAILED", why);
        respond(ErrorPage.upstreamFailed(exchange.destination(), why));
    }

    private void report(String cause, String message) {
        proxy.failures().report(exchange.destination().route(), cause, message);
    }

    private void send() {
        HttpBackend backend = upstream.get();
        backend.begin(exchange);
        byte[] head = exchange.request().forwarded(exchange.destination().hostHeader());
        exchange.destination().route().traffic().sent(head.length);
        phase = Phase.BODY;
        backend.write(Unpooled.wrappedBuffer(head));
        if (phase == Phase.BODY && exchange.requestBody().isDone()) {
            requestSent();
        }
        flushUpstream();
    }

    private void passBody(ByteBuf bytes) {
        int taken;
        try {
            taken = exchange.requestBody().take(bytes);
        } catch (HttpViolation violation) {
            bytes.release();
            if (exchange.isAnswering()) {
                abort();
            } else {
                respond(ErrorPage.refused(violation));
            }
            return;
        }
        exchange.destination().route().traffic().sent(taken);
        boolean surplus = taken < bytes.readableBytes();
        if (surplus) {
            ByteBuf last = bytes.readRetainedSlice(taken);
            reader.add(context.alloc(), bytes);
            upstream.get().write(last);
        } else {
            upstream.get().write(bytes);
        }
        // A write may find the upstream dead and end the exchange there and then.
        if (phase == Phase.BODY && exchange.requestBody().isDone()) {
            requestSent();
        }
    }

    private void requestSent() {
        phase = Phase.ANSWER;
        if (exchange.isAnswered()) {
            finishExchange();
        }
    }

    private void finishExchange() {
        boolean open = exchange.leavesConnectionOpen() && !draining;
        if (upstream.get() != null && upstream.get().isEnded()) {
            upstream.drop(false);
        }
        exchange = null;
        if (!open) {
            closeClient();
            return;
        }
        phase = Phase.HEAD;
        awaitHead();
        client.reads().open(ReadGate.Reason.WAITING);
        process();
    }

    // Ends.

    private void awaitHead() {
        deadline.set(proxy.settings().keepAliveLimit(), this::closeClient);
    }

    private void headLate() {
        respond(ErrorPage.refused(new HttpViolation(408, "the request's head took too long to arrive")));
    }

    private void respond(ErrorPage page) {
        context.write(page.render(exchange == null ? Optional.empty() : Optional.of(exchange.request())));
        closeClient();
    }

    /** Closes the client's connection in order, after everything written to it. */
    private void closeClient() {
        if (phase == Phase.OVER) {
            return;
        }
        boolean unfinished = phase == Phase.BODY || phase == Phase.ANSWER && exchange != null && !exchange.isAnswered();
        phase = Phase.OVER;
        upstream.drop(unfinished);
        LingeringClose.start(client, inputEnded, proxy.settings().lingerLimit());
    }

    private void abort() {
        if (phase != Phase.OVER) {
            phase = Phase.OVER;
            upstream.drop(true);
            client.abort();
        }
    }
}
