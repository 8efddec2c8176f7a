package io.ngrokd.kernel.data.listen;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.ngrokd.kernel.data.channel.Channels;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between our handlers and the Vert.x handler of an accepted connection. Vert.x learns that the connection is
 * gone, for its own books, and nothing else.
 *
 * <p>In the other direction it stops closes: a NetServer that is closed closes every connection it ever accepted, but
 * connections outlive their listener until the data plane has drained them.
 */
final class VertxGuard extends ChannelDuplexHandler {

    private static final Logger LOG = LoggerFactory.getLogger(VertxGuard.class);

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // Not for Vert.x.
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        // Not for Vert.x.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        LOG.debug("A client's connection broke before anybody was in charge of it. reason={}", failure.toString());
        Channels.reset(context.channel());
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        LOG.trace("A close of a connection by its listener is put off until the connection ends by itself.");
        context.channel().closeFuture().addListener((ChannelFutureListener) closed -> promise.trySuccess());
    }

    @Override
    public void disconnect(ChannelHandlerContext context, ChannelPromise promise) {
        close(context, promise);
    }
}
