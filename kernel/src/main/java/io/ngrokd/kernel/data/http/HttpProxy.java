package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.kernel.data.channel.StreamEnd;
import io.ngrokd.kernel.data.ingress.IngressException;
import io.ngrokd.kernel.data.relay.RelaySettings;
import io.ngrokd.kernel.data.route.FailureLog;
import io.ngrokd.kernel.data.route.ListenerRoutes;
import io.ngrokd.kernel.data.route.Route;
import java.util.Objects;
import java.util.Optional;

/** Proxies the requests of clients; holds what all of them share. */
public final class HttpProxy {

    private final UpstreamSource upstreams;
    private final HttpSettings settings;
    private final RelaySettings relay;
    private final FailureLog failures;
    private final UpstreamPool pool;

    /** A proxy that gets its streams from the source; the relay's settings are for switched protocols. */
    public HttpProxy(UpstreamSource upstreams, HttpSettings settings, RelaySettings relay, FailureLog failures) {
        this.upstreams = Objects.requireNonNull(upstreams, "upstreams");
        this.settings = Objects.requireNonNull(settings, "settings");
        this.relay = Objects.requireNonNull(relay, "relay");
        this.failures = Objects.requireNonNull(failures, "failures");
        this.pool = new UpstreamPool(settings.pool());
    }

    /** What a client's connection offers beyond its stream. */
    public interface Client {

        /** The connection. */
        StreamEnd stream();

        /** The endpoints behind its listener, as of now; empty when there are none any more. */
        Optional<ListenerRoutes> routes();

        /** Whether the client is on this machine, as far as addresses tell. */
        boolean isOnThisMachine();

        /** A request is for this endpoint. Gives why it is not served there, and what to answer; empty when it is. */
        Optional<HttpRefusal.Reason> servedBy(Route route);
    }

    /** How a client's connection is told that its endpoint goes away. */
    public interface Session {

        /** Ends the connection as soon as no request is under way. */
        void drain();
    }

    /**
     * Takes a client's connection over.
     *
     * @param first bytes that it sent already; taken over
     */
    public Session serve(Client client, ByteBuf first) {
        HttpConversation conversation = new HttpConversation(this, client);
        conversation.start(first);
        return conversation;
    }

    /**
     * Closes every unused stream, and sees to it that those in use now serve nobody else later. To be called after
     * whatever they were made with, an ingress or a certificate, has been replaced. Safe to call from any thread.
     */
    public void forgetStreams() {
        pool.clear();
    }

    /** Likewise when another proxy takes the place of this one, which goes on for the connections that it has. */
    public void retire() {
        pool.retire();
    }

    /** Closes the unused streams to an endpoint; for a wildcard, to every name below it. Safe to call from any thread. */
    public void forgetStreams(EndpointKey key) {
        String suffix = key.host().substring(key.isWildcard() ? 1 : 0);
        pool.forget(request -> request.port() == key.port()
                && (key.isWildcard() ? request.host().endsWith(suffix) : request.host().equals(suffix)));
    }

    /** Tells of an exchange that got no stream, and gives what to answer. */
    ErrorPage explain(HttpExchange exchange, IngressException failure) {
        failures.report(exchange.destination().route(), failure.reason().name(),
                failure.getMessage() + failure.errorCode().map(" (%s)"::formatted).orElse(""));
        return ErrorPage.ingressFailed(exchange.destination(), failure);
    }

    /** Tells of an exchange that failed at its endpoint, and gives what to answer. */
    ErrorPage explain(HttpExchange exchange, String why) {
        report(exchange, why);
        return ErrorPage.upstreamFailed(exchange.destination(), why);
    }

    /** Tells of an exchange that failed at its endpoint when there was no answer to be given any more. */
    void report(HttpExchange exchange, String why) {
        failures.report(exchange.destination().route(), "ENDPOINT_FAILED", why);
    }

    UpstreamPool pool() {
        return pool;
    }

    UpstreamSource upstreams() {
        return upstreams;
    }

    HttpSettings settings() {
        return settings;
    }

    RelaySettings relay() {
        return relay;
    }
}
