package io.ngrokd.kernel.data.listen;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.spi.ConnectionSink;
import io.ngrokd.kernel.data.http.HttpProxy;
import io.ngrokd.kernel.data.ingress.Ingress;
import io.ngrokd.kernel.data.route.FailureLog;
import io.ngrokd.kernel.data.route.RouteTable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves every accepted connection by the routes of the moment, and ends connections whose endpoint is gone. */
public final class DataPlane implements ConnectionSink {

    private static final Logger LOG = LoggerFactory.getLogger(DataPlane.class);

    private volatile DataPlaneParts parts;

    /**
     * A data plane that reaches endpoints through the ingress.
     *
     * @param routes the table of the moment, asked for at each decision
     */
    public DataPlane(Supplier<RouteTable> routes, Ingress ingress, DataPlaneSettings settings) {
        FailureLog failures = new FailureLog();
        parts = new DataPlaneParts(
                routes, ingress, http(ingress, settings, failures), failures, new ConnectionBook(), new OwnAddresses(), settings);
        ingress.onChange(() -> parts.http().forgetStreams());
    }

    /** Other limits, for connections that come from now on. Safe to call from any thread. */
    public synchronized void use(DataPlaneSettings next) {
        DataPlaneParts now = parts;
        DataPlaneSettings before = now.settings();
        boolean sameHttp = before.http().equals(next.http()) && before.relay().equals(next.relay());
        HttpProxy http = sameHttp ? now.http() : http(now.ingress(), next, now.failures());
        parts = new DataPlaneParts(now.routes(), now.ingress(), http, now.failures(), now.connections(), now.ownAddresses(), next);
        if (!sameHttp) {
            now.http().retire();
        }
    }

    private static HttpProxy http(Ingress ingress, DataPlaneSettings settings, FailureLog failures) {
        return new HttpProxy(ingress::dial, settings.http(), settings.relay(), failures);
    }

    @Override
    public void accept(NetSocket socket, String listenerId) {
        ChannelHandlerContext vertx = ((NetSocketInternal) socket).channelHandlerContext();
        if (!vertx.channel().eventLoop().inEventLoop()) {
            // By now Vert.x may have read and dropped the first bytes.
            LOG.error("A connection was handed over on a wrong thread and is closed. listener={} thread={}",
                    listenerId, Thread.currentThread().getName());
            socket.close();
            return;
        }
        try {
            new ClientConnection(parts, listenerId, vertx).start();
        } catch (ChannelException closedAlready) {
            // Options can't be set any more: the client has gone between its connection and now, as port scanners do.
            LOG.debug("A connection broke before it could be served. listener={} reason={}",
                    listenerId, closedAlready.toString());
            socket.close();
        }
    }

    /** Connections open now. */
    public int openConnections() {
        return parts.connections().open();
    }

    /** Connections open now that are for the endpoint. */
    public int openConnections(EndpointKey key) {
        return parts.connections().open(key);
    }

    /**
     * Lets the connections of an endpoint end: HTTP connections after the request under way, others by themselves;
     * those that are still open after the grace are cut. Connections that come later are not meant: take the route away
     * first.
     *
     * @return completed once all of them are closed
     */
    public Future<Void> drain(EndpointKey key, Duration grace) {
        Future<Void> drained = drain(parts.connections().of(key), grace);
        parts.http().forgetStreams(key);
        return drained;
    }

    /** Likewise for every connection there is. */
    public Future<Void> drainAll(Duration grace) {
        Future<Void> drained = drain(parts.connections().everything(), grace);
        parts.http().forgetStreams();
        return drained;
    }

    /** Likewise, and from now on no connection is let in any more. */
    public Future<Void> shutDown(Duration grace) {
        parts.connections().close();
        return drainAll(grace);
    }

    private Future<Void> drain(Collection<ClientConnection> connections, Duration grace) {
        if (connections.isEmpty()) {
            return Future.succeededFuture();
        }
        Promise<Void> drained = Promise.promise();
        AtomicInteger left = new AtomicInteger(connections.size());
        for (ClientConnection connection : connections) {
            connection.closeFuture().addListener(closed -> {
                if (left.decrementAndGet() == 0) {
                    drained.complete();
                }
            });
            connection.drain();
            EventLoop loop = connection.closeFuture().channel().eventLoop();
            var deadline = loop.schedule(connection::abort, grace.toMillis(), TimeUnit.MILLISECONDS);
            connection.closeFuture().addListener(closed -> deadline.cancel(false));
        }
        return drained.future();
    }
}
