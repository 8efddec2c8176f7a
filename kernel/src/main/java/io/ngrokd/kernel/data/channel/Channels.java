package io.ngrokd.kernel.data.channel;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Small things that are easy to get wrong with Netty's channels. */
public final class Channels {

    private static final Logger LOG = LoggerFactory.getLogger(Channels.class);
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    private Channels() {}

    /** The options of a connection that we make. */
    public static void configureDialled(Channel channel) {
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        configureAccepted(channel);
    }

    /** The options of a connection that was accepted; what costs a system call for each was set on its listener. */
    public static void configureAccepted(Channel channel) {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config().setWriteBufferWaterMark(WATER_MARK);
        ResetWatch.install(channel);
    }

    /** Closes with a reset, past every handler that would send something first. */
    public static void reset(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException alreadyReset) {
            // Some systems refuse options of a socket that the peer has reset; then there is nobody left to tell.
            LOG.debug("A connection could not be set to close with a reset. channel={}", channel, alreadyReset);
        }
        closeDirectly(channel);
    }

    /** Closes the socket past every handler of ours and of others. */
    public static void closeDirectly(Channel channel) {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }

    /** Runs an action once everything written before has left, whether that worked or not. */
    public static void afterFlush(ChannelHandlerContext context, Runnable action) {
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) done -> action.run());
    }
}
