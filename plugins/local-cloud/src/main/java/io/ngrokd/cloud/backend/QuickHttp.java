package io.ngrokd.cloud.backend;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;

/**
 * Answers every request with the same few bytes and looks at nothing but where a request's head ends: requests must have
 * no body. For measurements, in which the far end is to cost as little as it can.
 */
final class QuickHttp extends ChannelInboundHandlerAdapter {

    private static final ByteBuf ANSWER = Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nHello, world!\n"
                    .getBytes(StandardCharsets.US_ASCII)).asReadOnly());
    private static final int END_OF_HEAD = 4;

    /** How much of CR LF CR LF the bytes so far end with. */
    private int matched;
    private int heads;
    private final ByteProcessor counter = value -> {
        byte wanted = (byte) ((matched & 1) == 0 ? '\r' : '\n');
        if (value != wanted) {
            matched = value == '\r' ? 1 : 0;
        } else if (++matched == END_OF_HEAD) {
            matched = 0;
            heads++;
        }
        return true;
    };

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        heads = 0;
        bytes.forEachByte(counter);
        bytes.release();
        for (int answers = heads; answers > 0; answers--) {
            context.write(ANSWER.duplicate());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent || event == ChannelInputShutdownEvent.INSTANCE) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
