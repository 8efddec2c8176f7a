package io.ngrokd.kit.listener;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Keeps the news that its listener shuts down from an accepted connection.
 *
 * <p>Vert.x tells it to every connection of the server as a user event, upon which a {@code NetSocket} begins to close.
 * Nothing else fires user events at the head of the pipeline except the transport's half-close events, which pass.
 * Netty skips this handler for everything but user events, so the data path does not pay for it.
 */
@ChannelHandler.Sharable
final class ShutdownFilter extends ChannelInboundHandlerAdapter {

    private static final String SHUTDOWN_EVENT = "io.vertx.core.net.impl.ShutdownEvent";

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        // By name: the class is none of Vert.x's API, and a plugin must load without it.
        if (event.getClass().getName().equals(SHUTDOWN_EVENT)) {
            ReferenceCountUtil.release(event);
        } else {
            context.fireUserEventTriggered(event);
        }
    }
}
