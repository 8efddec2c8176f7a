package io.ngrokd.kernel.control;

import io.ngrokd.kernel.control.http.HttpOverTcp;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** Health over HTTP for probes and load balancers, {@code /health /healthz /ready /readyz /status}, and the API beside it. */
public final class HealthServer {

    /** Longer than the longest {@code /v1/wait}, during which nothing is sent. */
    private static final int IDLE_SECONDS = 330;
    /** A client that connects and asks nothing. */
    private static final long SILENCE_MILLIS = 30_000;
    private static final int MOST_CONNECTIONS = 1500;

    private final Vertx vertx;
    private final Documents documents;
    private final HttpOverTcp api;
    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
    private final Set<HttpConnection> silent = ConcurrentHashMap.newKeySet();
    private HttpServer server;

    public HealthServer(Vertx vertx, Documents documents, HttpOverTcp api) {
        this.vertx = vertx;
        this.documents = documents;
        this.api = api;
    }

    /**
     * Listens; blocks until it does.
     *
     * @param port 0 for any free one
     * @return the port
     */
    public int start(String host, int port) {
        Router router = Router.router(vertx);
        for (String path : new String[] {"/health", "/healthz"}) {
            route(router, path).handler(context -> word(context, documents::isHealthy, "healthy", "unhealthy"));
        }
        for (String path : new String[] {"/ready", "/readyz"}) {
            route(router, path).handler(context -> word(context, documents::isReady, "ready", "not ready"));
        }
        api.mount(router);
        route(router, "/status").handler(context ->
                context.response().putHeader("Content-Type", "application/json").end(documents.health().toPrettyString() + "\n"));
        server = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setMaxHeaderSize(16 << 10).setHttp2ClearTextEnabled(false))
                .connectionHandler(this::limit)
                .requestHandler(request -> {
                    silent.remove(request.connection());
                    router.handle(request);
                });
        return server.listen(port, host).await().actualPort();
    }

    private void limit(HttpConnection connection) {
        if (open.size() >= MOST_CONNECTIONS) {
            connection.close();
            return;
        }
        open.add(connection);
        silent.add(connection);
        connection.closeHandler(closed -> {
            open.remove(connection);
            silent.remove(connection);
        });
        vertx.setTimer(SILENCE_MILLIS, timer -> {
            if (silent.remove(connection)) {
                connection.close();
            }
        });
    }

    private static Route route(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    private static void word(RoutingContext context, BooleanSupplier test, String word, String otherwise) {
        boolean fine = test.getAsBoolean();
        context.response().setStatusCode(fine ? 200 : 503).putHeader("Content-Type", "text/plain; charset=utf-8")
                .end((fine ? word : otherwise) + "\n");
    }

    public void stop() {
        if (server != null) {
            server.close();
        }
    }
}
