package io.ngrokd.kernel.control;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;

/** Health over HTTP for probes and load balancers: {@code /health /healthz /ready /readyz /status}. */
public final class HealthServer {

    private final Vertx vertx;
    private final Documents documents;
    private HttpServer server;

    public HealthServer(Vertx vertx, Documents documents) {
        this.vertx = vertx;
        this.documents = documents;
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
        route(router, "/status").handler(context ->
                context.response().putHeader("Content-Type", "application/json").end(documents.health().toPrettyString() + "\n"));
        server = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(30)).requestHandler(router);
        return server.listen(port, host).await().actualPort();
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
