package io.ngrokd.kernel.data.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Notices that a peer resets a connection whose input has ended before. Epoll reports that over and over; but Netty does not
 * read such a connection any more and tells nobody, so that its event loop would spin until somebody writes.
 *
 * <p>For channels on a native transport. Java's selectors say nothing about such a connection, and cost nothing either.
 */
final class ResetWatch extends ChannelInboundHandlerAdapter {

    private static final Duration LOOK = Duration.ofMillis(250);

    private Deadline look;

    private ResetWatch() {}

    /** Watches the channel as long as it is open. */
    static void install(Channel channel) {
        if (channel instanceof UnixChannel) {
            channel.pipeline().addFirst(new ResetWatch());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        context.fireUserEventTriggered(event);
        if (event == ChannelInputShutdownReadComplete.INSTANCE && context.channel().isActive()) {
            look = new Deadline(context.channel().eventLoop());
            look.set(LOOK, () -> look(context));
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (look != null) {
            look.cancel();
        }
    }

    private void look(ChannelHandlerContext context) {
        Optional<IOException> failure = failure(context.channel());
        if (failure.isEmpty()) {
            look.set(LOOK, () -> look(context));
        } else {
            context.fireExceptionCaught(failure.get());
            // Whoever was told has closed it, unless nobody is in charge yet.
            context.close();
        }
    }

    private static Optional<IOException> failure(Channel channel) {
        try {
            boolean sound = !(((UnixChannel) channel).fd() instanceof Socket socket) || socket.getSoError() == 0;
            return sound ? Optional.empty() : Optional.of(new IOException("the connection was reset behind its end"));
        } catch (IOException unreadable) {
            return Optional.of(unreadable);
        }
    }
}
