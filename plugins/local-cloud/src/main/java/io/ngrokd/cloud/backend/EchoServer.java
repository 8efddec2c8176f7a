package io.ngrokd.cloud.backend;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.ngrokd.cloud.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A byte echo on a free loopback port, with TLS or without. */
final class EchoServer {

    private final EventLoopGroup group;
    private final Transport transport;
    private final SslContext tls;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    /** @param tls null for a plain echo */
    EchoServer(EventLoopGroup group, Transport transport, SslContext tls) {
        this.group = group;
        this.transport = transport;
        this.tls = tls;
    }

    InetSocketAddress start() throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap().group(group).channel(transport.servers())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline().addLast(new EchoHandler());
                    }
                });
        try {
            Channel server = bootstrap.bind("127.0.0.1", 0).sync().channel();
            channels.add(server);
            return (InetSocketAddress) server.localAddress();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while an echo was opened", e);
        }
    }

    void stop() {
        channels.close().awaitUninterruptibly(2_000);
    }
}
