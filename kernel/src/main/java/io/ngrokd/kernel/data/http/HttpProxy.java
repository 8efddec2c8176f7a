package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.ngrokd.kernel.data.channel.StreamEnd;
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

    /** A proxy that gets its streams from the source; the relay's settings are for switched protocols. */
    public HttpProxy(UpstreamSource upstreams, HttpSettings settings, RelaySettings relay, FailureLog failures) {
        this.upstreams = Objects.requireNonNull(upstreams, "upstreams");
        this.settings = Objects.requireNonNull(settings, "settings");
        this.relay = Objects.requireNonNull(relay, "relay");
        this.failures = Objects.requireNonNull(failures, "failures");
    }

    /** What a client's connection offers beyond its stream. */
    public interface Client {

        /** The connection. */
        StreamEnd stream();

        /** The endpoints behind its listener, as of now; empty when there are none any more. */
        Optional<ListenerRoutes> routes();

        /** A request was for this endpoint. */
        void servedBy(Route route);
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

    /** Tells of an exchange that failed. */
    void report(HttpExchange exchange, String cause, String message) {
        failures.report(exchange.destination().route(), cause, message);
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
