package io.ngrokd.plugin.dns.server;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An address at which the server listens, over UDP and TCP.
 *
 * @param sockets those bound to the address
 * @param connections those that clients opened
 */
record Place(InetSocketAddress address, List<Channel> sockets, ChannelGroup connections) {

    private static final long CLOSE_SECONDS = 10;

    Place {
        sockets = List.copyOf(sockets);
    }

    /** Whether all its sockets are open. */
    boolean isOpen() {
        return sockets.stream().allMatch(Channel::isOpen);
    }

    /** Stops listening, and ends connections. Returns whether all is closed; it is not when 10 s were not enough. */
    boolean close() throws InterruptedException {
        sockets.forEach(Channel::close);
        boolean closed = true;
        for (Channel socket : sockets) {
            closed &= socket.closeFuture().await(CLOSE_SECONDS, TimeUnit.SECONDS);
        }
        return connections.close().await(CLOSE_SECONDS, TimeUnit.SECONDS) && closed;
    }
}
