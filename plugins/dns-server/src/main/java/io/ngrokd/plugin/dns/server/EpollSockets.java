package io.ngrokd.plugin.dns.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.UnixChannelOption;

/** What Linux can do for UDP; loaded only where it is there. */
final class EpollSockets {

    /** Questions are far shorter; what is longer is cut off, and dropped. */
    private static final int LONGEST = 2048;
    private static final int AT_ONCE = 32;

    private EpollSockets() {}

    /** Several sockets share a port, one for each event loop, and each takes many questions with one system call. */
    static void tune(Bootstrap bootstrap) {
        bootstrap.option(UnixChannelOption.SO_REUSEPORT, true)
                .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, LONGEST)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LONGEST * AT_ONCE));
    }
}
