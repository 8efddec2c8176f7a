package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;

/** The client side of the proxy: tells the conversation what happens on the client's channel. */
final class HttpFrontend extends ChannelInboundHandlerAdapter {

    private final HttpConversation conversation;
    private ChannelHandlerContext context;

    HttpFrontend(HttpConversation conversation) {
        this.conversation = conversation;
    }

    /** Whether it is in charge of the client. */
    boolean isThere() {
        return context != null && !context.isRemoved();
    }

    /** Writes to the client; false when it takes no more for now. */
    boolean write(ByteBuf bytes) {
        context.write(bytes, context.voidPromise());
        return context.channel().isWritable();
    }

    void flush() {
        if (isThere()) {
            context.flush();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        conversation.detached();
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        conversation.received((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ignored) {
        conversation.flushUpstream();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext here) {
        if (here.channel().isWritable()) {
            conversation.writable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ignored, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            conversation.inputEnded();
        } else {
            ReferenceCountUtil.release(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ignored, Throwable failure) {
        conversation.broken(failure);
    }

    @Override
    public void channelInactive(ChannelHandlerContext here) {
        conversation.gone();
        here.fireChannelInactive();
    }
}
