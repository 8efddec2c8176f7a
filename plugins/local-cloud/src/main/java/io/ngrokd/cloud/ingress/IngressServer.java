package io.ngrokd.cloud.ingress;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.ngrokd.cloud.api.Operators;
import io.ngrokd.cloud.authority.CertificateAuthority;
import io.ngrokd.cloud.backend.SampleBackends;
import io.ngrokd.cloud.config.CloudConfig;
import io.ngrokd.cloud.config.HostPort;
import io.ngrokd.cloud.endpoint.Endpoint;
import io.ngrokd.cloud.endpoint.Endpoints;
import io.ngrokd.cloud.fault.Faults;
import io.ngrokd.cloud.transport.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ingress on its port, and on the direct ports of the endpoints that have one when it starts. */
public final class IngressServer {

    private static final Logger LOG = LoggerFactory.getLogger(IngressServer.class);
    private static final int BACKLOG = 1024;

    private final EventLoopGroup group;
    private final Transport transport;
    private final CloudConfig.Ingress config;
    private final Endpoints endpoints;
    private final IngressTls tls;
    private final BackendDialer dialer;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final IngressChannels accepted;

    public IngressServer(EventLoopGroup group, Transport transport, CloudConfig.Ingress config, CertificateAuthority authority,
            Operators operators, Endpoints endpoints, SampleBackends samples, Faults faults) throws IOException {
        this.group = group;
        this.transport = transport;
        this.config = config;
        this.endpoints = endpoints;
        this.tls = new IngressTls(authority, config.hostNames(), config.nativeTls());
        this.dialer = new BackendDialer(samples, transport);
        this.accepted = new IngressChannels(channels, tls, new UpgradeDecider(operators, endpoints), dialer,
                config.upgradeTimeout(), faults);
    }

    /**
     * @return the port
     * @throws IOException when it or a direct port can't be listened on; the message says which
     */
    public int start() throws IOException {
        int port = listen(config.listen(), accepted);
        for (Endpoint endpoint : endpoints.all()) {
            if (endpoint.config().direct().isPresent()) {
                listen(endpoint.config().direct().get(), direct(endpoint));
            }
        }
        LOG.debug("The ingress is open. transport={} tls={}", transport.name(), tls.right().getClass().getSimpleName());
        return port;
    }

    private ChannelHandler direct(Endpoint endpoint) {
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channels.add(channel);
                channel.pipeline().addLast(tls.right().newHandler(channel.alloc()), new DirectHandler(endpoint, dialer));
            }
        };
    }

    private int listen(HostPort address, ChannelHandler handler) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap().group(group).channel(transport.servers())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, BackendDialer.WATER_MARK)
                .childHandler(handler);
        try {
            ChannelFuture bound = bootstrap.bind(address.host(), address.port()).await();
            if (!bound.isSuccess()) {
                throw new IOException("The ingress can't listen on " + address + ": " + bound.cause().getMessage(), bound.cause());
            }
            channels.add(bound.channel());
            return ((InetSocketAddress) bound.channel().localAddress()).getPort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the ingress was opened", e);
        }
    }

    public void stop() {
        channels.close().awaitUninterruptibly(2_000);
    }
}
