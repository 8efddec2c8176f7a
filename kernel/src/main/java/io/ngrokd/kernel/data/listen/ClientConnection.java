package io.ngrokd.kernel.data.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.channel.StreamEnd;
import io.ngrokd.kernel.data.http.HttpProxy;
import io.ngrokd.kernel.data.http.HttpRefusal;
import io.ngrokd.kernel.data.ingress.IngressException;
import io.ngrokd.kernel.data.ingress.IngressRequest;
import io.ngrokd.kernel.data.ingress.IngressStream;
import io.ngrokd.kernel.data.relay.Relay;
import io.ngrokd.kernel.data.route.ListenerRoutes;
import io.ngrokd.kernel.data.route.Route;
import io.ngrokd.kernel.data.route.RouteTable;
import io.ngrokd.kernel.data.sniff.SniffDecision;
import io.ngrokd.kernel.data.sniff.Sniffer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One accepted connection, from the first decision to its end. Everything here runs on its event loop. */
final class ClientConnection implements HttpProxy.Client {

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final DataPlaneParts parts;
    private final String acceptedBy;
    private final InetAddress local;
    private final ClientStream client;
    private Route route;
    private HttpProxy.Session session;
    private Future<IngressStream> dial;
    private boolean admitted;
    private boolean joined;
    private boolean closed;

    ClientConnection(DataPlaneParts parts, String acceptedBy, ChannelHandlerContext vertx) {
        this.parts = parts;
        this.acceptedBy = acceptedBy;
        this.local = vertx.channel().localAddress() instanceof InetSocketAddress place ? place.getAddress() : null;
        this.client = new ClientStream(vertx);
    }

    void start() {
        boolean late = !parts.connections().opened(this);
        client.channel().closeFuture().addListener(closed -> closed());
        if (late) {
            LOG.debug("A connection came in while everything ends and is closed. listener={}", acceptedBy);
            client.close();
            return;
        }
        if (closed) {
            // It was gone already, and must not take a place that nobody would give back.
            return;
        }
        Optional<ListenerRoutes> routes = routes();
        if (routes.isEmpty()) {
            LOG.debug("A connection came in where no endpoint is any more and is closed. listener={}", acceptedBy);
            client.close();
            return;
        }
        Optional<Route> owner = routes.get().sole();
        if (owner.isPresent() && !mayUseVirtualAddresses()) {
            refuse(owner.get(), "NOT_THIS_MACHINE", "a client at " + address() + " is not on this machine, and endpoints with an address of"
                    + " their own are for programs here; net.virtual_clients lets other networks in, network mode is for the LAN");
            return;
        }
        Optional<Route> unasked = routes.get().unasked();
        admitted = parts.connections().admit(parts.settings().limits().max());
        if (!admitted) {
            TooMany tooMany = TooMany.inAll(parts, client, this::routes);
            unasked.ifPresentOrElse(tooMany::turnAway, tooMany::turnAwayByName);
        } else if (unasked.isPresent()) {
            startFor(unasked.get());
        } else {
            sniff(Sniffer.forServerName(), true);
        }
    }

    @Override
    public StreamEnd stream() {
        return client;
    }

    @Override
    public Optional<ListenerRoutes> routes() {
        RouteTable table = parts.routes().get();
        // Asked for each time: who has the address may change while the connection is open.
        return table.listener(local == null ? acceptedBy : table.owner(acceptedBy, local));
    }

    @Override
    public boolean isOnThisMachine() {
        return parts.ownAddresses().isOnThisMachine(client.channel());
    }

    /** Linux takes packets for any of its addresses on any interface: whoever sets a route to this machine gets as far as here. */
    private boolean mayUseVirtualAddresses() {
        return isOnThisMachine() || client.channel().remoteAddress() instanceof InetSocketAddress remote
                && parts.settings().virtualClients().stream().anyMatch(network -> network.contains(remote.getAddress()));
    }

    private String address() {
        return client.channel().remoteAddress() instanceof InetSocketAddress remote ? remote.getAddress().getHostAddress() : "an unknown address";
    }

    @Override
    public Optional<HttpRefusal.Reason> servedBy(Route next) {
        return isAssigned(next) ? Optional.empty() : Optional.of(tooManyForItsEndpoint().refuse(next));
    }

    /** Counts it as the endpoint's; false when the endpoint has too many. */
    private boolean isAssigned(Route next) {
        if (next.equals(route) || closed) {
            return true;
        }
        unassign();
        if (!parts.connections().assigned(this, next.key(), parts.settings().limits().maxPerEndpoint())) {
            return false;
        }
        route = next;
        route.traffic().opened();
        if (routes().filter(now -> now.holds(next.key())).isEmpty()) {
            // Its route went away while this was under way, so a drain of the endpoint may have missed it.
            drain();
        }
        return true;
    }

    private TooMany tooManyForItsEndpoint() {
        return TooMany.forItsEndpoint(parts, client, this::routes);
    }

    /** Ends it as soon as that hurts nobody. Safe to call from any thread. */
    void drain() {
        client.channel().eventLoop().execute(() -> {
            if (session != null) {
                session.drain();
            } else if (!joined) {
                // It has got nothing so far, and there is nothing to wait for.
                client.close();
            }
        });
    }

    /** Ends it now. Safe to call from any thread. */
    void abort() {
        client.channel().eventLoop().execute(client::abort);
    }

    ChannelFuture closeFuture() {
        return client.channel().closeFuture();
    }

    private void startFor(Route sole) {
        if (!isAssigned(sole)) {
            tooManyForItsEndpoint().turnAway(sole);
            return;
        }
        boolean wildcard = sole.key().isWildcard();
        if (sole.speaksHttp()) {
            sniff(wildcard ? Sniffer.forServerName() : Sniffer.forKind(), false);
        } else if (!wildcard) {
            tunnel(sole, sole.key().host(), Unpooled.EMPTY_BUFFER);
        } else if (sole.protocol() == Protocol.TLS) {
            sniff(Sniffer.forServerName(), false);
        } else {
            refuse(sole, "NO_SERVER_NAME", "a tcp endpoint with a wildcard host can't be reached: nothing names the host");
        }
    }

    private void sniff(Sniffer sniffer, boolean shared) {
        new SniffHandler(client, sniffer, parts.settings(), (decision, bytes) -> decided(decision, bytes, shared))
                .start();
    }

    private void decided(SniffDecision decision, ByteBuf bytes, boolean shared) {
        // Not the routes of when it was accepted: a client may take a minute for its first byte.
        Optional<ListenerRoutes> routes = routes();
        if (closed || routes.isEmpty()) {
            bytes.release();
            client.close();
            return;
        }
        switch (decision) {
            case SniffDecision.Http http when shared || route.speaksHttp() -> session = parts.http().serve(this, bytes);
            case SniffDecision.Tls tls when shared -> tls(tls.serverName(), routes.get(), bytes);
            case SniffDecision.Tls tls -> tunnelByName(route, true, tls.serverName(), bytes);
            default -> {
                if (shared) {
                    bytes.release();
                    LOG.debug("A client named no endpoint and is closed. listener={}", acceptedBy);
                    client.close();
                } else {
                    tunnelByName(route, false, Optional.empty(), bytes);
                }
            }
        }
    }

    /** A TLS client of a shared listener. */
    private void tls(Optional<String> name, ListenerRoutes routes, ByteBuf hello) {
        Optional<Route> meant = name.isPresent() ? routes.bySni(name.get()) : routes.onlyTls();
        if (meant.isEmpty()) {
            LOG.debug("A TLS client asked for no endpoint of this listener and is refused. listener={} name={}",
                    acceptedBy, name.orElse(""));
            TlsRefusal.unrecognizedName(client, hello, parts.settings().relay());
        } else if (!isAssigned(meant.get())) {
            hello.release();
            tooManyForItsEndpoint().close(meant.get());
        } else {
            tunnelByName(meant.get(), true, name, hello);
        }
    }

    private void tunnelByName(Route to, boolean isTls, Optional<String> name, ByteBuf bytes) {
        if (!to.key().isWildcard()) {
            tunnel(to, to.key().host(), bytes);
            return;
        }
        Optional<String> covered = name.filter(to::covers);
        if (covered.isPresent()) {
            tunnel(to, covered.get(), bytes);
        } else {
            parts.failures().report(to, "NO_SERVER_NAME", name.isPresent()
                    ? "the client asked for " + name.get() + ", which the wildcard does not cover"
                    : "the client named no host, so the wildcard stands for none");
            if (isTls) {
                TlsRefusal.unrecognizedName(client, bytes, parts.settings().relay());
            } else {
                bytes.release();
                client.close();
            }
        }
    }

    private void tunnel(Route to, String host, ByteBuf bytes) {
        if (closed) {
            bytes.release();
            return;
        }
        client.hold();
        dial = parts.ingress().dial(client.channel().eventLoop(), new IngressRequest(host, to.key().port()));
        dial.addListener((FutureListener<IngressStream>) dialled -> {
            if (dialled.isCancelled()) {
                bytes.release();
            } else if (!dialled.isSuccess()) {
                bytes.release();
                IngressException failure = (IngressException) dialled.cause();
                String code = failure.errorCode().map(some -> " (" + some + ")").orElse("");
                refuse(to, failure.reason().name(), failure.getMessage() + code);
            } else if (client.channel().isActive()) {
                joined = true;
                // If the client has ended its half, that is held for the relay together with what came before.
                Relay.join(client, dialled.getNow(), bytes, Unpooled.EMPTY_BUFFER, false, to.traffic(),
                        parts.settings().relay());
            } else {
                bytes.release();
                dialled.getNow().abort();
            }
        });
    }

    private void refuse(Route to, String cause, String message) {
        parts.failures().report(to, cause, message);
        client.close();
    }

    private void closed() {
        closed = true;
        if (dial != null) {
            // Nobody is left to be told how it ends.
            dial.cancel(false);
        }
        unassign();
        if (admitted) {
            parts.connections().leave();
        }
        parts.connections().closed(this);
    }

    private void unassign() {
        if (route != null) {
            route.traffic().closed();
            parts.connections().unassigned(this, route.key());
            route = null;
        }
    }
}
