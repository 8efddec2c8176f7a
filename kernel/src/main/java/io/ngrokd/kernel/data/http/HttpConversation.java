package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.ngrokd.kernel.data.channel.LingeringClose;
import io.ngrokd.kernel.data.channel.ReadGate;
import io.ngrokd.kernel.data.channel.StreamEnd;
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
    private final HttpFrontend frontend = new HttpFrontend(this);
    private final RequestReader reader;
    private final Patience patience;
    private final UpstreamSlot upstream;
    private Phase phase = Phase.HEAD;
    private HttpExchange exchange;
    private boolean inputEnded;
    private boolean draining;

    HttpConversation(HttpProxy proxy, HttpProxy.Client owner) {
        this.proxy = proxy;
        this.owner = owner;
        this.client = owner.stream();
        this.reader = new RequestReader(proxy.settings());
        this.patience = new Patience(proxy, client.channel().eventLoop());
        this.upstream = new UpstreamSlot(proxy, this, client);
    }

    StreamEnd client() {
        return client;
    }

    void start(ByteBuf first) {
        client.install(frontend);
        if (!frontend.isThere() || !client.channel().isActive()) {
            first.release();
            return;
        }
        reader.add(client.channel().alloc(), first);
        awaitRequest();
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

    /** Somebody else is in charge of the client now. */
    void detached() {
        patience.end();
        reader.release();
    }

    /** Bytes of the client, taken over. */
    void received(ByteBuf bytes) {
        progressed();
        if (phase == Phase.OVER || inputEnded) {
            bytes.release();
        } else if (phase == Phase.BODY && !reader.hasBytes()) {
            passBody(bytes);
            if (reader.hasBytes()) {
                process();
            }
        } else {
            reader.add(client.channel().alloc(), bytes);
            process();
        }
    }

    void flushUpstream() {
        upstream.flush();
    }

    /** Something moved, in whichever direction. */
    void progressed() {
        patience.progressed();
    }

    /** The client takes bytes again. */
    void writable() {
        progressed();
        upstream.resume();
    }

    void inputEnded() {
        inputEnded = true;
        switch (phase) {
            case HEAD -> closeClient();
            case BODY -> requestCut();
            // A client that has said all it wants to say may still listen.
            case DIALLING, ANSWER -> patience.forProgress(inputEnded, this::stalled);
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
            patience.end();
            reader.release();
            leaveUpstream(!idle);
        }
    }

    // What the upstream does.

    /** Bytes of an answer, taken over. */
    void forward(ByteBuf bytes) {
        if (phase == Phase.OVER || !frontend.isThere()) {
            bytes.release();
            return;
        }
        progressed();
        exchange.traffic().received(bytes.readableBytes());
        if (!frontend.write(bytes)) {
            upstream.pause();
        }
    }

    void flush() {
        frontend.flush();
    }

    /** Whether the client's connection ends as soon as it can. */
    boolean isDraining() {
        return draining;
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
        boolean underRequest = exchange != null && exchange.isAnswered() && phase == Phase.BODY;
        upstream.forget();
        if (underRequest || gone.isPinned()) {
            closeClient();
        }
    }

    /** An upstream failed under a request. */
    void upstreamFailed(HttpBackend failed, UpstreamFailure failure) {
        if (!upstream.holds(failed) || phase == Phase.OVER) {
            return;
        }
        upstream.forget();
        if (failed.isReused() && !failed.isPinned() && failure.silent() && isRequestOut() && exchange.mayRepeat()) {
            // The endpoint closed an idle connection just when it was used again; nothing of an answer was seen.
            dial();
            return;
        }
        if (!exchange.isAnswering()) {
            respond(proxy.explain(exchange, failure.why()));
            return;
        }
        proxy.report(exchange, failure.why());
        if (failure.endLooksOrderly()) {
            abort();
        } else {
            closeClient();
        }
    }

    /** Whether nothing of the request is left to come from the client. */
    private boolean isRequestOut() {
        return phase == Phase.ANSWER || phase == Phase.BODY && exchange.requestBody().isDone();
    }

    /** The endpoint agreed to speak something else; from here on nothing is parsed. */
    void switchProtocols(HttpBackend from, ByteBuf fromEndpoint) {
        phase = Phase.OVER;
        patience.end();
        ByteBuf fromClient = reader.takeAll();
        upstream.join(from, fromClient, fromEndpoint, inputEnded, exchange.traffic());
        client.reads().open(ReadGate.Reason.WAITING);
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
        } else if (inputEnded && phase == Phase.BODY) {
            requestCut();
        }
        flushUpstream();
    }

    /** False when more bytes are needed. */
    private boolean readHead() {
        boolean startedBefore = reader.isHeadStarted();
        try {
            Optional<RequestHead> request = reader.read();
            if (request.isPresent()) {
                begin(request.get());
                return true;
            }
            if (reader.isHeadStarted() && !startedBefore) {
                patience.forHead(() -> respond(ErrorPage.refused(
                        new HttpViolation(408, "the request's head took too long to arrive"))));
            }
            return false;
        } catch (HttpViolation violation) {
            respond(ErrorPage.refused(violation));
            return true;
        }
    }

    private void begin(RequestHead request) {
        patience.end();
        Optional<HttpExchange> admitted =
                HttpExchange.admit(request, owner, page -> respond(page, Optional.of(request)));
        if (admitted.isEmpty()) {
            return;
        }
        exchange = admitted.get();
        Optional<HttpRefusal.Reason> unserved = owner.servedBy(exchange.destination().route());
        if (unserved.isPresent()) {
            respond(unserved.get().page(exchange.destination()));
            return;
        }
        patience.forProgress(inputEnded, this::stalled);
        if (upstream.isBoundElsewhere(exchange)) {
            respond(ErrorPage.refused(new HttpViolation(421, "the connection is authenticated for another endpoint, or no longer")));
        } else if (upstream.isReadyFor(exchange)) {
            send();
        } else {
            dial();
        }
    }

    private void dial() {
        phase = Phase.DIALLING;
        upstream.dial(exchange.destination(), this::sendAll,
                failure -> respond(proxy.explain(exchange, failure)),
                () -> respond(proxy.explain(exchange, "the connection to the endpoint was closed as soon as it was made")));
    }

    private void sendAll() {
        send();
        process();
    }

    private void send() {
        upstream.get().begin(exchange);
        phase = Phase.BODY;
        upstream.sendHead(exchange);
        if (phase == Phase.BODY && exchange.requestBody().isDone()) {
            requestSent();
        }
        flushUpstream();
    }

    private void passBody(ByteBuf bytes) {
        try {
            upstream.sendBody(exchange, bytes, surplus -> reader.add(client.channel().alloc(), surplus));
        } catch (HttpViolation violation) {
            if (exchange.isAnswering()) {
                abort();
            } else {
                respond(ErrorPage.refused(violation));
            }
            return;
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
        boolean open = exchange.leavesConnectionOpen() && !draining && upstream.survivesExchange();
        exchange = null;
        if (!open) {
            closeClient();
            return;
        }
        phase = Phase.HEAD;
        awaitRequest();
        client.reads().open(ReadGate.Reason.WAITING);
        process();
    }

    private void awaitRequest() {
        // A client that makes a pause lets others have its stream.
        patience.forNextRequest(upstream::offer, this::closeClient);
    }

    // Ends.

    private void leaveUpstream(boolean unfinished) {
        if (unfinished || draining) {
            upstream.drop(unfinished);
        } else {
            upstream.giveBack();
        }
    }

    private void stalled() {
        LOG.debug("Nothing moved for too long while a request was under way. client={}", client.channel());
        abort();
    }

    /** The client ended its half inside a request, which nobody can complete any more. */
    private void requestCut() {
        if (exchange.isAnswered()) {
            closeClient();
        } else {
            abort();
        }
    }

    private void respond(ErrorPage page) {
        respond(page, exchange == null ? Optional.empty() : Optional.of(exchange.request()));
    }

    private void respond(ErrorPage page, Optional<RequestHead> request) {
        frontend.write(page.render(request));
        closeClient();
    }

    /** Closes the client's connection in order, after everything written to it. */
    private void closeClient() {
        if (phase == Phase.OVER) {
            return;
        }
        boolean unfinished = phase == Phase.BODY || phase == Phase.ANSWER && exchange != null && !exchange.isAnswered();
        phase = Phase.OVER;
        leaveUpstream(unfinished);
        LingeringClose.start(client, inputEnded, proxy.relay().halfClosedLimit(), proxy.settings().lingerLimit());
    }

    private void abort() {
        if (phase != Phase.OVER) {
            phase = Phase.OVER;
            upstream.drop(true);
            client.abort();
        }
    }
}
