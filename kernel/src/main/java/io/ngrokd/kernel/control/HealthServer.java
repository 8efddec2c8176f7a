package io.ngrokd.kernel.control;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
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
            router.get(path).handler(context -> word(context, documents::isHealthy, "healthy"));
        }
        for (String path : new String[] {"/ready", "/readyz"}) {
            router.get(path).handler(context -> word(context, documents::isReady, "ready"));
        }
        router.get("/status").handler(context ->
                context.response().putHeader("Content-Type", "application/json").end(documents.health().toPrettyString() + "\n"));
        server = vertx.createHttpServer().requestHandler(router);
        return server.listen(port, host).await().actualPort();
    }

    private static void word(RoutingContext context, BooleanSupplier test, String word) {
        boolean fine = test.getAsBoolean();
        context.response().setStatusCode(fine ? 200 : 503).putHeader("Content-Type", "text/plain; charset=utf-8")
                .end((fine ? word : "not " + word) + "\n");
    }

    public void stop() {
        if (server != null) {
            server.close().await();
        }
    }
}
