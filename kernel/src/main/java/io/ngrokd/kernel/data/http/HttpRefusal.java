package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.ngrokd.kernel.data.channel.Deadline;
import io.ngrokd.kernel.data.channel.LingeringClose;
import io.ngrokd.kernel.data.channel.ReadGate;
import io.ngrokd.kernel.data.channel.StreamEnd;
import io.ngrokd.kernel.data.route.ListenerRoutes;
import io.ngrokd.kernel.data.route.Route;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the first request of a client that is not served at all: a page with status 503 that says why, then the end.
 * Runs on the client's event loop.
 */
public final class HttpRefusal extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(HttpRefusal.class);

    /**
     * Why it is not served.
     *
     * @param cause a short code in capitals, the same as in status, log and metrics
     * @param message a sentence for people, without a full stop
     * @param advice what to do about it
     */
    public record Reason(String cause, String message, String advice) {

        public Reason {
            Objects.requireNonNull(cause, "cause");
            Objects.requireNonNull(message, "message");
            Objects.requireNonNull(advice, "advice");
        }

        /** What a client gets that asked for this. */
        ErrorPage page(Destination destination) {
            return new ErrorPage(503, cause, destination.ingressRequest().toString(), Optional.empty(), message, advice);
        }
    }

    private final StreamEnd client;
    private final HttpSettings settings;
    private final Duration patience;
    private final Supplier<Optional<ListenerRoutes>> routes;
    private final Consumer<Route> asked;
    private final Reason reason;
    private final RequestReader reader;
    private final Deadline deadline;
    private boolean inputEnded;
    private boolean answered;

    private HttpRefusal(StreamEnd client, HttpSettings settings, Duration patience, Supplier<Optional<ListenerRoutes>> routes,
            Consumer<Route> asked, Reason reason) {
        this.client = client;
        this.settings = settings;
        this.patience = patience;
        this.routes = routes;
        this.asked = asked;
        this.reason = reason;
        this.reader = new RequestReader(settings);
        this.deadline = new Deadline(client.channel().eventLoop());
    }

    /**
     * Takes a client's connection over.
     *
     * @param first bytes that it sent already; taken over
     * @param patience for the rest of the request's head, and then for the client to take the page
     * @param routes the endpoints behind its listener, as of now
     * @param asked told of the endpoint that the request was for, if it was for one
     */
    public static void start(StreamEnd client, ByteBuf first, HttpSettings settings, Duration patience,
            Supplier<Optional<ListenerRoutes>> routes, Consumer<Route> asked, Reason reason) {
        HttpRefusal refusal = new HttpRefusal(client, settings, patience, routes, asked, reason);
        client.install(refusal);
        if (!client.channel().isActive()) {
            first.release();
            return;
        }
        refusal.deadline.set(patience, client::close);
        refusal.reader.add(client.channel().alloc(), first);
        client.reads().open(ReadGate.Reason.UNDECIDED);
        refusal.read(client.channel().pipeline().context(refusal));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (answered) {
            ReferenceCountUtil.release(message);
            return;
        }
        reader.add(context.alloc(), (ByteBuf) message);
        read(context);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // Nobody behind is told of reads.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            if (!answered) {
                client.close();
            }
        } else {
            ReferenceCountUtil.release(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        LOG.debug("A client's connection broke before it was told that it is not served. reason={}", failure.toString());
        client.abort();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        deadline.cancel();
        reader.release();
    }

    private void read(ChannelHandlerContext context) {
        try {
            Optional<RequestHead> request = reader.read();
            if (request.isPresent()) {
                answer(context, page(request.get()), request);
            }
        } catch (HttpViolation violation) {
            answer(context, ErrorPage.refused(violation), Optional.empty());
        }
    }

    private ErrorPage page(RequestHead request) throws HttpViolation {
        Optional<ListenerRoutes> now = routes.get();
        if (now.isEmpty()) {
            return ErrorPage.gone(request);
        }
        Destination destination = Destination.of(request, now.get());
        asked.accept(destination.route());
        return reason.page(destination);
    }

    private void answer(ChannelHandlerContext context, ErrorPage page, Optional<RequestHead> request) {
        answered = true;
        deadline.cancel();
        if (context != null && !context.isRemoved()) {
            context.write(page.render(request), context.voidPromise());
        }
        LingeringClose.start(client, inputEnded, patience, settings.lingerLimit());
    }
}
