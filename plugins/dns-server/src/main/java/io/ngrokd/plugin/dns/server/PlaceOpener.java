package io.ngrokd.plugin.dns.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.EventExecutor;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.plugin.dns.server.serve.Counters;
import io.ngrokd.plugin.dns.server.serve.Responder;
import io.ngrokd.plugin.dns.server.serve.Rules;
import io.ngrokd.plugin.dns.server.serve.TcpConnections;
import io.ngrokd.plugin.dns.server.serve.TcpHandler;
import io.ngrokd.plugin.dns.server.serve.UdpHandler;
import io.ngrokd.plugin.dns.server.serve.Upstream;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Opens the sockets of places on the event loops of Vert.x. Its methods block; call them on virtual threads, one at a time. */
final class PlaceOpener {

    private static final long BIND_SECONDS = 10;
    private static final int MOST_UDP_SOCKETS = 4;
    private static final int BACKLOG = 1024;
    private static final int SOCKET_BUFFER = 1 << 20;
    private static final int LONGEST_QUERY = 4096;

    private final VertxInternal vertx;
    private final Upstream upstream;
    private final boolean epoll;
    private final Map<EventLoop, Responder> responders = new LinkedHashMap<>();
    private final TcpConnections connections = new TcpConnections();

    PlaceOpener(VertxInternal vertx, Supplier<Rules> rules, Counters counters, Upstream upstream) {
        this.vertx = vertx;
        this.upstream = upstream;
        this.epoll = vertx.isNativeTransportEnabled() && vertx.transport().getClass().getSimpleName().startsWith("Epoll");
        for (EventExecutor loop : vertx.eventLoopGroup()) {
            responders.put((EventLoop) loop, new Responder(rules, counters));
        }
    }

    /**
     * Binds all sockets of a place or none.
     *
     * @throws Refused with the reason for the user
     */
    Place open(InetSocketAddress address) throws Refused, InterruptedException {
        ChannelGroup clients = new DefaultChannelGroup(responders.keySet().iterator().next());
        List<Channel> sockets = new ArrayList<>();
        try {
            sockets.add(bound(streams(address, clients).bind(address), address, "TCP"));
            if (epoll) {
                // A port that is shared is bound even if a stranger's sockets share it: one that is not shared finds out.
                bound(datagrams(address, responders.keySet().iterator().next()).handler(new ChannelInboundHandlerAdapter()).bind(address),
                        address, "UDP").close().await(BIND_SECONDS, TimeUnit.SECONDS);
            }
            for (EventLoop loop : responders.keySet().stream().limit(epoll ? MOST_UDP_SOCKETS : 1).toList()) {
                sockets.add(bound(shared(datagrams(address, loop)).bind(address), address, "UDP"));
            }
            return new Place(address, sockets, clients);
        } catch (Refused | InterruptedException failed) {
            sockets.forEach(Channel::close);
            for (Channel socket : sockets) {
                socket.closeFuture().await(BIND_SECONDS, TimeUnit.SECONDS);
            }
            throw failed;
        }
    }

    private ServerBootstrap streams(InetSocketAddress address, ChannelGroup clients) {
        return new ServerBootstrap()
                .group(vertx.acceptorEventLoopGroup(), vertx.eventLoopGroup())
                .channelFactory(vertx.transport().serverChannelFactory(false))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        clients.add(client);
                        Responder responder = responders.get(client.eventLoop());
                        client.pipeline().addLast(new TcpHandler(responder, upstream, address, connections));
                    }
                });
    }

    private Bootstrap datagrams(InetSocketAddress address, EventLoop loop) {
        ChannelHandler handler = new UdpHandler(responders.get(loop), upstream, address);
        return new Bootstrap()
                .group(loop)
                .channelFactory(vertx.transport()::datagramChannel)
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(SOCKET_BUFFER / 2, SOCKET_BUFFER))
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LONGEST_QUERY))
                .handler(handler);
    }

    private Bootstrap shared(Bootstrap bootstrap) {
        if (epoll) {
            EpollSockets.tune(bootstrap);
        }
        return bootstrap;
    }

    private static Channel bound(ChannelFuture binding, InetSocketAddress address, String protocol) throws Refused, InterruptedException {
        if (!binding.await(BIND_SECONDS, TimeUnit.SECONDS)) {
            binding.channel().close();
            throw new Refused(address, protocol, new IllegalStateException("no answer within " + BIND_SECONDS + " seconds"));
        }
        if (!binding.isSuccess()) {
            throw new Refused(address, protocol, binding.cause());
        }
        return binding.channel();
    }

    /** A place that could not be opened. */
    static final class Refused extends Exception {

        private final transient StageFailure failure;

        private Refused(InetSocketAddress address, String protocol, Throwable cause) {
            super(cause);
            failure = BindFailure.describe(address, protocol, cause);
        }

        StageFailure failure() {
            return failure;
        }
    }
}
