package io.ngrokd.cloud.transport;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** What belongs together: event loops and the channels that run on them. */
public record Transport(String name, IoHandlerFactory ioHandlers, Class<? extends ServerSocketChannel> servers,
        Class<? extends SocketChannel> clients) {

    /** Java's own selectors, or epoll where that is wanted and its native part is found. */
    public static Transport of(boolean wantsNative) {
        return wantsNative && Epoll.isAvailable()
                ? new Transport("epoll", EpollIoHandler.newFactory(), EpollServerSocketChannel.class, EpollSocketChannel.class)
                : new Transport("nio", NioIoHandler.newFactory(), NioServerSocketChannel.class, NioSocketChannel.class);
    }
}
