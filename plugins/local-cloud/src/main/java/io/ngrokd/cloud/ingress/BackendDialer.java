package io.ngrokd.cloud.ingress;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.ngrokd.cloud.backend.SampleBackends;
import io.ngrokd.cloud.config.Destination;
import io.ngrokd.cloud.config.SampleBackend;
import io.ngrokd.cloud.endpoint.Endpoint;
import io.ngrokd.cloud.transport.Transport;
import java.net.InetSocketAddress;

/** Opens the connection to what stands behind an endpoint; nothing is read from it until the relay stands. */
final class BackendDialer {

    static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 * 1024, 256 * 1024);
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;

    private final SampleBackends samples;
    private final Transport transport;

    BackendDialer(SampleBackends samples, Transport transport) {
        this.transport = transport;
        this.samples = samples;
    }

    /**
     * Dials in a task of its own. On epoll, a socket that is opened while the event loop is at its events may get the number of one
     * that was just closed, and Netty hands it what is still to come of that one's events: a connection that is deaf from the start.
     *
     * @param firstByte of the client's stream, -1 when it is not known yet
     * @param then told on the event loop how it went
     */
    void dial(EventLoop loop, Endpoint endpoint, int firstByte, ChannelFutureListener then) {
        loop.execute(() -> connect(loop, endpoint, firstByte).addListener(then));
    }

    private ChannelFuture connect(EventLoop loop, Endpoint endpoint, int firstByte) {
        Bootstrap bootstrap = new Bootstrap().group(loop).channel(transport.clients())
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        // The relay adds its handler once the connection stands.
                    }
                });
        return switch (endpoint.config().destination()) {
            case Destination.Forward forward -> bootstrap.connect(forward.address().host(), forward.address().port());
            case Destination.Sample sample -> bootstrap.connect(samples.address(sample.backend(), firstByte))
                    .addListener((ChannelFutureListener) done -> announce(done, endpoint));
        };
    }

    /** What answers on the ingress's own connection instead. */
    ChannelHandler quick(SampleBackend backend) {
        return samples.quick(backend);
    }

    private void announce(ChannelFuture connected, Endpoint endpoint) {
        if (connected.isSuccess()) {
            int port = ((InetSocketAddress) connected.channel().localAddress()).getPort();
            samples.announce(port, endpoint);
            connected.channel().closeFuture().addListener(_ -> samples.forget(port, endpoint));
        }
    }
}
