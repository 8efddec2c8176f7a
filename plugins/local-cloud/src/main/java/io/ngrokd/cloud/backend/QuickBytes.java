package io.ngrokd.cloud.backend;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;

/** From the client's first byte on it sends zeros as fast as they are taken, until the client closes. For measurements. */
final class QuickBytes extends ChannelInboundHandlerAdapter {

    private static final int BLOCK = 64 * 1024;
    private static final ByteBuf ZEROS = Unpooled.unreleasableBuffer(Unpooled.directBuffer(BLOCK).writeZero(BLOCK).asReadOnly());

    private boolean asked;
    private boolean sending;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
        asked = true;
        send(context);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (asked) {
            send(context);
        }
    }

    private void send(ChannelHandlerContext context) {
        // A flush makes room, and says so before it returns.
        if (sending) {
            return;
        }
        sending = true;
        Channel channel = context.channel();
        while (channel.isActive() && channel.isWritable()) {
            context.write(ZEROS.duplicate());
            if (!channel.isWritable()) {
                context.flush();
            }
        }
        sending = false;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent || event == ChannelInputShutdownEvent.INSTANCE) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
