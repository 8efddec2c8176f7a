package io.ngrokd.cloud.ingress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.ngrokd.cloud.config.Destination;
import io.ngrokd.cloud.config.SampleBackend;
import io.ngrokd.cloud.endpoint.Endpoint;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to an endpoint's direct port: after the handshake it belongs to the endpoint, without the binding exchange.
 * The client certificate is checked as everywhere; whether its operator is still registered is not.
 */
final class DirectHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(DirectHandler.class);

    private final Endpoint endpoint;
    private final BackendDialer dialer;
    /** What came in the same record or segment as the end of the handshake. */
    private final Deque<Object> early = new ArrayDeque<>();
    private boolean inputEnded;

    DirectHandler(Endpoint endpoint, BackendDialer dialer) {
        this.endpoint = endpoint;
        this.dialer = dialer;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (!handshake.isSuccess()) {
                LOG.info("A TLS handshake failed. client={} reason={}", context.channel().remoteAddress(), handshake.cause().getMessage());
                context.close();
            } else if (endpoint.config().destination() instanceof Destination.Sample(SampleBackend sample) && sample.quick()) {
                context.pipeline().replace(this, "backend", dialer.quick(sample));
            } else {
                dial(context);
            }
        } else if (event instanceof SslCloseCompletionEvent) {
            inputEnded = true;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        early.add(message);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        early.forEach(ReferenceCountUtil::release);
    }

    private void dial(ChannelHandlerContext context) {
        Channel client = context.channel();
        client.config().setAutoRead(false);
        dialer.dial(client.eventLoop(), endpoint, -1, done -> {
            if (!client.isActive()) {
                done.channel().close();
            } else if (!done.isSuccess()) {
                LOG.info("A backend can't be reached. endpoint={} destination={} reason={}", endpoint.id(),
                        endpoint.config().destination(), done.cause().getMessage());
                client.close();
            } else {
                join(client, done.channel());
            }
        });
    }

    private void join(Channel client, Channel backend) {
        Relay relay = new Relay(client, backend);
        while (!early.isEmpty()) {
            backend.write(early.remove());
        }
        backend.flush();
        backend.pipeline().addLast(new RelayHandler(relay, client, false));
        client.pipeline().replace(this, "relay", new RelayHandler(relay, backend, true));
        if (inputEnded) {
            relay.clientInputEnded();
        }
        client.config().setAutoRead(true);
        backend.config().setAutoRead(client.isWritable());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A direct connection broke off. client={} reason={}", context.channel().remoteAddress(), cause.toString());
        context.close();
    }
}
