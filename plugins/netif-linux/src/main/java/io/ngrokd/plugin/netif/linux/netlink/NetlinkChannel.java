package io.ngrokd.plugin.netif.linux.netlink;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Datagrams to the Linux kernel and back. */
interface NetlinkChannel extends AutoCloseable {

    /** Sends one datagram. The kernel has done all it asks for when this returns. */
    void send(ByteBuffer datagram) throws IOException;

    /**
     * The next datagram, valid until the next call.
     *
     * @throws NetlinkException with EAGAIN when none comes in time, ENOBUFS when answers were lost
     */
    ByteBuffer receive() throws IOException;

    /** How many bytes of answers the kernel keeps for us, its own bookkeeping included. */
    int receiveCapacity() throws IOException;

    @Override
    void close();
}
