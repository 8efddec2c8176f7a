package io.ngrokd.cloud.ingress;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.ngrokd.cloud.api.Operators;
import io.ngrokd.cloud.authority.CertificateAuthority;
import io.ngrokd.cloud.backend.SampleBackends;
import io.ngrokd.cloud.config.CloudConfig;
import io.ngrokd.cloud.endpoint.Endpoints;
import io.ngrokd.cloud.fault.Faults;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The ingress on its port. */
public final class IngressServer {

    private static final int BACKLOG = 1024;

    private final EventLoopGroup group;
    private final CloudConfig.Ingress config;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final IngressChannels accepted;

    public IngressServer(EventLoopGroup group, CloudConfig.Ingress config, CertificateAuthority authority,
            Operators operators, Endpoints endpoints, SampleBackends samples, Faults faults) throws IOException {
        this.group = group;
        this.config = config;
        this.accepted = new IngressChannels(channels, new IngressTls(authority, config.hostNames()),
                new UpgradeDecider(operators, endpoints), new BackendDialer(samples), config.upgradeTimeout(), faults);
    }

    /** @return the port */
    public int start() throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap().group(group).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, BackendDialer.WATER_MARK)
                .childHandler(accepted);
        try {
            Channel server = bootstrap.bind(config.listen().host(), config.listen().port()).sync().channel();
            channels.add(server);
            return ((InetSocketAddress) server.localAddress()).getPort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the ingress was opened", e);
        }
    }

    public void stop() {
        channels.close().awaitUninterruptibly(2_000);
    }
}
