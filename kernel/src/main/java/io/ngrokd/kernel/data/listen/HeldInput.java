package io.ngrokd.kernel.data.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * Keeps what comes from a client while nobody is in charge of it. Reads are stopped then, but that holds nothing back
 * once the client has ended its half: epoll reports the end at once, and everything before it. How much that can be is
 * bounded by the socket's receive buffer.
 */
final class HeldInput extends ChannelInboundHandlerAdapter {

    private ByteBuf bytes;
    private Object end;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf more = (ByteBuf) message;
        bytes = bytes == null ? more : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), bytes, more);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // Comes when the bytes are handed over.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            end = event;
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }

    /** Leaves the pipeline and tells whoever follows in it what came meanwhile. */
    void handOver(ChannelHandlerContext context) {
        ByteBuf kept = bytes;
        bytes = null;
        if (kept != null) {
            context.fireChannelRead(kept);
            context.fireChannelReadComplete();
        }
        if (end != null) {
            context.fireUserEventTriggered(end);
        }
        if (!context.isRemoved()) {
            context.pipeline().remove(this);
        }
    }
}
