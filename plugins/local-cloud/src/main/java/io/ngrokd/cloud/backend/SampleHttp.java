package io.ngrokd.cloud.backend;

import io.ngrokd.cloud.endpoint.Endpoint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.IntFunction;

/** What the HTTP samples answer: a greeting that says what arrived, and paths that are useful to tests. */
final class SampleHttp {

    private static final long MOST_BYTES = 10L << 30;
    private static final int MOST_DRIPS = 10_000;

    private final Vertx vertx;
    private final IntFunction<Optional<Endpoint>> endpointOfPort;

    SampleHttp(Vertx vertx, IntFunction<Optional<Endpoint>> endpointOfPort) {
        this.vertx = vertx;
        this.endpointOfPort = endpointOfPort;
    }

    Future<HttpServer> listen(HttpServerOptions options) {
        options.setMaxHeaderSize(64 * 1024).setHandle100ContinueAutomatically(true);
        return vertx.createHttpServer(options).webSocketHandler(SampleHttp::echoFrames)
                .requestHandler(this::handle).listen();
    }

    private void handle(HttpServerRequest request) {
        String path = request.path();
        if (path.equals("/headers")) {
            headers(request);
        } else if (path.equals("/echo")) {
            echo(request);
        } else if (path.equals("/drip")) {
            drip(request, number(request.getParam("n"), 5, MOST_DRIPS), number(request.getParam("ms"), 200, 60_000));
        } else if (path.matches("/bytes/\\d{1,11}") && Long.parseLong(path.substring(7)) <= MOST_BYTES) {
            long length = Long.parseLong(path.substring(7));
            request.response().putHeader("Content-Type", "application/octet-stream")
                    .putHeader("Content-Length", Long.toString(length));
            new PatternStream(request.response(), length).run();
        } else if (path.matches("/status/[2-5]\\d\\d")) {
            status(request, Integer.parseInt(path.substring(8)));
        } else {
            greet(request);
        }
    }

    private void greet(HttpServerRequest request) {
        Optional<Endpoint> endpoint = endpointOfPort.apply(request.remoteAddress().port());
        String url = endpoint.map(found -> found.url().toString()).orElse("none (reached past the ingress)");
        String host = String.valueOf(request.getHeader("Host"));
        String accept = request.getHeader("Accept");
        if (accept != null && accept.contains("application/json")) {
            request.response().putHeader("Content-Type", "application/json").end(new JsonObject()
                    .put("endpoint", url).put("endpoint_id", endpoint.map(Endpoint::id).orElse(null))
                    .put("host", host).put("method", request.method().name()).put("path", request.uri())
                    .put("tls", request.isSSL()).toBuffer());
            return;
        }
        request.response().putHeader("Content-Type", "text/plain; charset=utf-8").end("""
                Hello from the local cloud.
                endpoint: %s
                id:       %s
                host:     %s
                request:  %s %s%s
                """.formatted(url, endpoint.map(Endpoint::id).orElse("-"), host, request.method(), request.uri(),
                request.isSSL() ? " over TLS" : ""));
    }

    /** A list and not an object: order and repetition must survive. */
    private static void headers(HttpServerRequest request) {
        JsonArray headers = new JsonArray();
        request.headers().forEach((name, value) -> headers.add(new JsonObject().put("name", name).put("value", value)));
        request.response().putHeader("Content-Type", "application/json")
                .end(new JsonObject().put("headers", headers).toBuffer());
    }

    private static void echo(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        request.response().putHeader("Content-Type", type == null ? "application/octet-stream" : type);
        String length = request.getHeader("Content-Length");
        if (length == null) {
            request.response().setChunked(true);
        } else {
            request.response().putHeader("Content-Length", length);
        }
        request.pipeTo(request.response());
    }

    private void drip(HttpServerRequest request, int count, int millis) {
        request.response().setChunked(true).putHeader("Content-Type", "text/plain; charset=utf-8");
        dripNext(request, 1, count, millis);
    }

    private void dripNext(HttpServerRequest request, int number, int count, int millis) {
        if (request.response().closed()) {
            return;
        }
        request.response().write("drip " + number + "\n");
        if (number >= count) {
            request.response().end();
        } else {
            vertx.setTimer(Math.max(1, millis), _ -> dripNext(request, number + 1, count, millis));
        }
    }

    private static void status(HttpServerRequest request, int status) {
        request.response().setStatusCode(status);
        if (status == 204 || status == 304) {
            request.response().end();
        } else {
            request.response().end(Buffer.buffer("status " + status + "\n"));
        }
    }

    private static void echoFrames(ServerWebSocket socket) {
        socket.textMessageHandler(socket::writeTextMessage);
        socket.binaryMessageHandler(socket::writeBinaryMessage);
    }

    private static int number(String text, int otherwise, int most) {
        return text != null && text.matches("\\d{1,6}") ? Math.min(most, Integer.parseInt(text)) : otherwise;
    }
}
