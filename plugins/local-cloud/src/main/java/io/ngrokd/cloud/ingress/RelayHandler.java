package io.ngrokd.cloud.ingress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries what one channel of a relay reads to the other, no faster than that takes it. */
final class RelayHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(RelayHandler.class);

    private final Relay relay;
    private final Channel other;
    private final boolean client;

    /** @param client whether this sits on the client's channel */
    RelayHandler(Relay relay, Channel other, boolean client) {
        this.relay = relay;
        this.other = other;
        this.client = client;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        other.write(message);
        if (!other.isWritable()) {
            context.channel().config().setAutoRead(false);
            other.flush();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        other.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        other.config().setAutoRead(context.channel().isWritable());
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (client && event instanceof SslCloseCompletionEvent close) {
            if (close.isSuccess()) {
                relay.clientInputEnded();
            } else {
                relay.abort();
            }
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            if (!client) {
                relay.backendInputEnded();
            } else if (!relay.hasClientInputEnded()) {
                // A FIN without close_notify: the client is gone, not done.
                relay.abort();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        relay.abort();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A relayed connection broke off. side={} reason={}", client ? "client" : "backend", cause.toString());
        relay.abort();
    }
}
