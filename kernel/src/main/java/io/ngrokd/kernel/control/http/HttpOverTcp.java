package io.ngrokd.kernel.control.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.ngrokd.kernel.control.Caller;
import io.ngrokd.kernel.control.api.Api;
import io.ngrokd.kernel.control.api.Problem;
import io.ngrokd.kernel.control.api.Reply;
import io.ngrokd.kernel.control.api.Request;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API over TCP: reading for everybody who can connect, the rest with the token; and nothing for web pages. */
public final class HttpOverTcp {

    private static final Logger LOG = LoggerFactory.getLogger(HttpOverTcp.class);
    private static final long LONGEST_BODY = 1 << 20;
    private static final long WRITE_SECONDS = 30;

    private final Api api;
    private final ForeignGuard guard;
    private final ControlToken token;

    /**
     * @param configured the host that the server was told to listen on
     */
    public HttpOverTcp(Api api, String configured, ControlToken token) {
        this.api = api;
        this.guard = new ForeignGuard(configured);
        this.token = token;
    }

    /** Adds it to the router's routes. */
    public void mount(Router router) {
        router.route("/status").handler(this::keepPagesOut);
        router.route("/v1/*").handler(this::keepPagesOut);
        router.route("/v1/*").handler(BodyHandler.create(false).setBodyLimit(LONGEST_BODY));
        // Handlers may block, the event loop may not.
        router.route("/v1/*").handler(context -> Thread.ofVirtual().name("control-http").start(() -> answer(context)));
        router.route("/v1/*").failureHandler(context -> {
            int status = context.statusCode();
            end(context.request(), (status == 413
                    ? new Problem(413, "the request is longer than " + (LONGEST_BODY >> 20) + " MiB", "")
                    : new Problem(Math.max(400, status), "the request cannot be understood", "")).reply());
        });
    }

    private void keepPagesOut(RoutingContext context) {
        HttpServerRequest request = context.request();
        Optional<String> foreign = guard.complaint(request.getHeader("Host"), request.getHeader("Origin"), request.getHeader("Referer"),
                request.localAddress().hostAddress());
        if (foreign.isEmpty()) {
            context.next();
            return;
        }
        LOG.warn("A request was refused: it seems to come from a web page. header={} path={}", foreign.get(),
                request.path().replaceAll("[^\\x21-\\x7e]", "?"));
        end(request, new Problem(403, "requests from web pages and under foreign names are refused: look at the header " + foreign.get(),
                "Ask for http://127.0.0.1 or http://localhost, with the port of server.health_address.").reply());
    }

    private void answer(RoutingContext context) {
        HttpServerRequest request = context.request();
        Map<String, String> query = new LinkedHashMap<>();
        context.queryParams().forEach(query::putIfAbsent);
        Buffer body = context.body().buffer();
        Reply reply = api.answer(new Request(request.method().name(), decoded(context), query,
                Optional.ofNullable(request.getHeader("Accept")).orElse(""),
                Optional.ofNullable(request.getHeader("Last-Event-ID")).orElse(""),
                body == null ? new byte[0] : body.getBytes(), Caller.overTcp(token.isIn(request.getHeader("Authorization")))));
        switch (reply) {
            case Reply.Document document -> end(request, document);
            case Reply.Stream stream -> stream(request.response(), stream);
        }
    }

    private static String decoded(RoutingContext context) {
        return new QueryStringDecoder(context.request().path(), true).path();
    }

    private static void end(HttpServerRequest request, Reply.Document document) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(document.status()).putHeader("Content-Type", document.contentType()).putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff");
        document.headers().forEach(response::putHeader);
        response.end(Buffer.buffer(document.body()));
    }

    private static void stream(HttpServerResponse response, Reply.Stream stream) {
        response.setChunked(true).putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store");
        try {
            stream.source().run(new Reply.Sink() {
                @Override
                public void send(String type, long id, String data) throws IOException {
                    write(response, EventText.of(type, id, data));
                }

                @Override
                public void beat() throws IOException {
                    write(response, EventText.BEAT);
                }
            });
            response.end();
        } catch (IOException clientGone) {
            LOG.debug("A stream ended. cause={}", clientGone.toString());
            response.reset();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static void write(HttpServerResponse response, String text) throws IOException {
        if (response.closed() || response.ended()) {
            throw new IOException("the client left");
        }
        try {
            response.write(text).await(WRITE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException slow) {
            throw new IOException("the client does not read", slow);
        } catch (RuntimeException gone) {
            throw new IOException("the client left", gone);
        }
    }
}
