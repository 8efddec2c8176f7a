package io.ngrokd.kernel.data.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.util.concurrent.CompletableFuture;

/** Reads one line, and then nothing more. */
final class FirstLine extends ChannelInboundHandlerAdapter {

    private static final int LONGEST = 200;

    private final CompletableFuture<String> result;
    private final StringBuilder line = new StringBuilder();

    FirstLine(CompletableFuture<String> result) {
        this.result = result;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            while (bytes.isReadable() && !result.isDone()) {
                char letter = (char) (bytes.readByte() & 0xff);
                if (letter == '\n' || line.length() >= LONGEST) {
                    result.complete(line.toString().strip());
                } else {
                    line.append(letter >= ' ' && letter < 0x7f ? letter : ' ');
                }
            }
        } finally {
            bytes.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent || event instanceof ChannelInputShutdownEvent) {
            result.complete(line.toString().strip());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        result.complete(line.toString().strip());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        result.completeExceptionally(failure);
    }
}
