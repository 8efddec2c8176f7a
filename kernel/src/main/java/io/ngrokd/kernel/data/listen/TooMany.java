package io.ngrokd.kernel.data.listen;

import io.netty.channel.ChannelFutureListener;
import io.ngrokd.kernel.data.http.HttpRefusal;
import io.ngrokd.kernel.data.route.ListenerRoutes;
import io.ngrokd.kernel.data.route.Route;
import io.ngrokd.kernel.data.sniff.SniffDecision;
import io.ngrokd.kernel.data.sniff.Sniffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that is too many: counted as a failure of its endpoint, told so when it speaks HTTP, and closed. How
 * many are being told at once is bounded too; those beyond are closed without a word.
 */
final class TooMany {

    private static final Logger LOG = LoggerFactory.getLogger(TooMany.class);
    private static final String CAUSE = "TOO_MANY_CONNECTIONS";
    private static final String ADVICE = "Try again in a moment. If it stays like this, look for clients that keep connections"
            + " open, or raise the limit in ngrokd's config.";
    private static final int MOST_TOLD_AT_ONCE = 64;
    /** For whatever a client must say before it can be told. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final DataPlaneParts parts;
    private final ClientStream client;
    private final Supplier<Optional<ListenerRoutes>> routes;
    private final String message;

    private TooMany(DataPlaneParts parts, ClientStream client, Supplier<Optional<ListenerRoutes>> routes, String message) {
        this.parts = parts;
        this.client = client;
        this.routes = routes;
        this.message = message;
    }

    /** One that is beyond the cap in all. */
    static TooMany inAll(DataPlaneParts parts, ClientStream client, Supplier<Optional<ListenerRoutes>> routes) {
        return new TooMany(parts, client, routes, "all " + parts.settings().limits().max()
                + " connections that ngrokd forwards at once are in use (connections.max)");
    }

    /** One that is beyond its endpoint's cap. */
    static TooMany forItsEndpoint(DataPlaneParts parts, ClientStream client, Supplier<Optional<ListenerRoutes>> routes) {
        return new TooMany(parts, client, routes, "all " + parts.settings().limits().maxPerEndpoint()
                + " connections that one endpoint may have at once are in use (connections.max_per_endpoint)");
    }

    /** Turns away one that is new, and for this endpoint. */
    void turnAway(Route route) {
        report(route);
        if (route.speaksHttp()) {
            listen(Sniffer.forKind(), asked -> {}, name -> {});
        } else {
            client.close();
        }
    }

    /** Turns away one that is new, and has to say first what endpoint it is for. */
    void turnAwayByName() {
        listen(Sniffer.forServerName(), this::report,
                name -> routes.get().flatMap(now -> now.bySni(name)).ifPresent(this::report));
    }

    /** Reports one whose request is there, and gives what to answer it. */
    HttpRefusal.Reason refuse(Route route) {
        report(route);
        return reason();
    }

    /** Turns away one that nothing more is expected from. */
    void close(Route route) {
        report(route);
        client.close();
    }

    private interface Asked {
        void forEndpoint(Route route);
    }

    private interface Named {
        void byServerName(String name);
    }

    private void listen(Sniffer sniffer, Asked asked, Named named) {
        if (!parts.connections().mayTell(MOST_TOLD_AT_ONCE)) {
            LOG.debug("A connection is too many and is closed without a word. client={}", client.channel().remoteAddress());
            client.close();
            return;
        }
        client.channel().closeFuture().addListener((ChannelFutureListener) closed -> parts.connections().told());
        new SniffHandler(client, sniffer, parts.settings().withFirstBytesWithin(PATIENCE), (decision, bytes) -> {
            if (decision instanceof SniffDecision.Http) {
                HttpRefusal.start(client, bytes, parts.settings().http(), PATIENCE, routes, asked::forEndpoint, reason());
                return;
            }
            bytes.release();
            if (decision instanceof SniffDecision.Tls tls) {
                tls.serverName().ifPresent(named::byServerName);
            }
            client.close();
        }).start();
    }

    private HttpRefusal.Reason reason() {
        return new HttpRefusal.Reason(CAUSE, message, ADVICE);
    }

    private void report(Route route) {
        parts.failures().report(route, CAUSE, message);
    }
}
