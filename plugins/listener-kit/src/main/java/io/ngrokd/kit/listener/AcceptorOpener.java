package io.ngrokd.kit.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.ngrokd.api.spi.ConnectionSink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.CloseFuture;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens listening sockets on the event loops of Vert.x.
 *
 * <p>A {@code NetServer} serves all its connections on one event loop. Servers of one Vert.x that listen on the same
 * address and port share one socket, which hands its connections to them in turn; so each socket gets a few of them, on
 * different event loops, and one busy endpoint uses more than one core. The loops are taken round robin.
 */
final class AcceptorOpener {

    private static final Logger LOG = LoggerFactory.getLogger(AcceptorOpener.class);
    private static final int BACKLOG = 4096;

    private final VertxInternal vertx;
    private final ConnectionSink sink;
    private final String name;
    private final int loopsPerSocket;
    private final List<EventLoop> loops = new ArrayList<>();
    private final AtomicInteger nextLoop = new AtomicInteger();
    private final AtomicLong opened = new AtomicLong();
    private final ShutdownFilter shutdownFilter = new ShutdownFilter();

    /**
     * @param mode for the names of sockets inside of Vert.x
     * @param loopsPerSocket how many event loops share a socket's connections, at most; each costs 2 kB a socket
     */
    AcceptorOpener(VertxInternal vertx, ConnectionSink sink, String mode, int loopsPerSocket) {
        this.vertx = vertx;
        this.sink = sink;
        // Copies of this class, in other plugins or from before a reload, count from one as well.
        this.name = "ngrokd-" + mode + "-" + UUID.randomUUID() + "-";
        this.loopsPerSocket = loopsPerSocket;
        for (EventExecutor loop : vertx.eventLoopGroup()) {
            loops.add((EventLoop) loop);
        }
    }

    /** Binds exactly this address and port; fails as the system call failed. */
    Future<Acceptor> open(InetAddress address, int port, String listenerId) {
        SocketAddress target = unshared(address, port);
        boolean ipv4Only = address instanceof Inet4Address;
        CompletableFuture<Channel> listening = new CompletableFuture<>();
        int first = nextLoop.getAndUpdate(index -> (index + 1) % loops.size());
        int shares = Math.min(loopsPerSocket, loops.size());
        Future<NetServer> bound = listen(loops.get(first), target, listenerId, ipv4Only, listening);
        return bound.compose(server -> {
            List<Future<NetServer>> others = IntStream.range(1, shares)
                    .mapToObj(share -> loops.get((first + share) % loops.size()))
                    .map(loop -> listen(loop, target, listenerId, ipv4Only, listening))
                    .toList();
            // All of them come to an end, well or not, before any is closed: none may open behind our back.
            return Future.join(others).transform(ended -> {
                List<NetServer> servers = new ArrayList<>(List.of(server));
                others.stream().filter(Future::succeeded).map(Future::result).forEach(servers::add);
                return ended.failed() ? close(servers, ended.cause())
                        : Future.succeededFuture(new Acceptor(new InetSocketAddress(address, server.actualPort()), servers,
                                listening, vertx.acceptorEventLoopGroup()));
            });
        });
    }

    /** Fails with the cause once nothing listens any more. */
    private static Future<Acceptor> close(List<NetServer> servers, Throwable cause) {
        return Future.join(servers.stream().map(NetServer::close).toList()).transform(closed -> {
            if (closed.failed()) {
                LOG.warn("A listener that was half open did not close", closed.cause());
            }
            return Future.failedFuture(cause);
        });
    }

    private Future<NetServer> listen(
            EventLoop loop, SocketAddress target, String listenerId, boolean ipv4Only, CompletableFuture<Channel> listening) {
        // Its own close future: Vert.x registers a server there even when binding fails, and would keep all of those
        // until it is closed itself. The kernel's class loader: connections outlive this plugin.
        ContextInternal context = vertx.contextBuilder()
                .withEventLoop(loop)
                .withCloseFuture(new CloseFuture())
                .withClassLoader(sink.getClass().getClassLoader())
                .build();
        Promise<NetServer> promise = Promise.promise();
        // A server runs on the context that it was told to listen on.
        context.runOnContext(_ -> vertx.createNetServer(options())
                .connectHandler(socket -> accept(socket, listenerId, ipv4Only, listening))
                .listen(target)
                .onComplete(promise));
        return promise.future();
    }

    private void accept(NetSocket socket, String listenerId, boolean ipv4Only, CompletableFuture<Channel> listening) {
        ChannelHandlerContext channel = ((NetSocketInternal) socket).channelHandlerContext();
        listening.complete(channel.channel().parent());
        channel.pipeline().addFirst(shutdownFilter);
        try {
            if (ipv4Only && isIpv6(channel.channel().localAddress())) {
                // Java's sockets for 0.0.0.0 listen on [::] as well; nobody asked for that, and it may be open to the world.
                LOG.debug("Connection over IPv6 refused listener={} remote={}", listenerId, socket.remoteAddress());
                socket.close();
                return;
            }
            sink.accept(socket, listenerId);
        } catch (RuntimeException brokenContract) {
            LOG.error("Connection refused by the data plane listener={} remote={}", listenerId, socket.remoteAddress(), brokenContract);
            socket.close();
        }
    }

    private static boolean isIpv6(java.net.SocketAddress local) {
        return local instanceof InetSocketAddress place && place.getAddress() instanceof Inet6Address;
    }

    /**
     * An address that nothing else in this Vert.x listens on by name. Vert.x finds the socket to share by comparing
     * host strings; with the plain one a listener would silently join a server of another part of the daemon, or one
     * that is just closing, instead of being told that the port is taken.
     */
    private SocketAddress unshared(InetAddress address, int port) {
        try {
            return SocketAddress.inetSocketAddress(
                    new InetSocketAddress(InetAddress.getByAddress(name + opened.incrementAndGet(), address.getAddress()), port));
        } catch (UnknownHostException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static NetServerOptions options() {
        return new NetServerOptions()
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setReuseAddress(true)
                .setAcceptBacklog(BACKLOG);
    }
}
