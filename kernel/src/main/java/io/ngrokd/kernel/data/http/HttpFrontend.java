package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;

/** The client side of the proxy: tells the conversation what happens on the client's channel. */
final class HttpFrontend extends ChannelInboundHandlerAdapter {

    private final HttpConversation conversation;

    HttpFrontend(HttpConversation conversation) {
        this.conversation = conversation;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        conversation.attached(context);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        conversation.detached();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        conversation.received((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        conversation.flushUpstream();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            conversation.writable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            conversation.inputEnded();
        } else {
            ReferenceCountUtil.release(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        conversation.broken(failure);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        conversation.gone();
        context.fireChannelInactive();
    }
}
