package io.ngrokd.plugin.netif.linux.netlink;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A routing netlink socket of the network namespace that the opening thread is in. For one thread. */
final class NetlinkSocket implements NetlinkChannel {

    private static final Logger LOG = LoggerFactory.getLogger(NetlinkSocket.class);

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int NETLINK_ROUTE = 0;

    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int MSG_TRUNC = 0x20;

    /** The kernel fills listings in pieces of up to 32 KiB. */
    private static final int LARGEST_DATAGRAM = 64 * 1024;
    private static final int WANTED_CAPACITY = 1024 * 1024;
    /** Answers are there when a send returns, so this only ends a conversation that went wrong. */
    private static final long SECONDS_TO_ANSWER = 5;

    private final Arena memory;
    private final MemorySegment state;
    private final MemorySegment outgoing;
    private final MemorySegment incoming;
    private final int descriptor;

    private NetlinkSocket(Arena memory, MemorySegment state, int descriptor) {
        this.memory = memory;
        this.state = state;
        this.descriptor = descriptor;
        this.outgoing = memory.allocate(LARGEST_DATAGRAM);
        this.incoming = memory.allocate(LARGEST_DATAGRAM, 4);
    }

    static NetlinkSocket open() throws IOException {
        Arena memory = Arena.ofConfined();
        MemorySegment state = LibC.newState(memory);
        int descriptor = LibC.socket(state, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        if (descriptor < 0) {
            memory.close();
            throw new NetlinkException("opening a netlink socket", new Errno(-descriptor));
        }
        NetlinkSocket socket = new NetlinkSocket(memory, state, descriptor);
        try {
            socket.configure();
        } catch (NetlinkException refused) {
            socket.close();
            throw refused;
        }
        return socket;
    }

    @Override
    public void send(ByteBuffer datagram) throws IOException {
        int length = datagram.remaining();
        MemorySegment.copy(MemorySegment.ofBuffer(datagram), 0, outgoing, 0, length);
        long sent;
        do {
            sent = LibC.send(state, descriptor, outgoing, length);
        } while (sent == -Errno.EINTR.number());
        if (sent != length) {
            throw new NetlinkException("sending to the kernel", sent < 0 ? new Errno((int) -sent) : Errno.EMSGSIZE);
        }
    }

    @Override
    public ByteBuffer receive() throws IOException {
        long received;
        do {
            received = LibC.receive(state, descriptor, incoming, MSG_TRUNC);
        } while (received == -Errno.EINTR.number());
        if (received < 0) {
            throw new NetlinkException("hearing from the kernel", new Errno((int) -received));
        }
        if (received > LARGEST_DATAGRAM) {
            throw new NetlinkException("hearing " + received + " bytes from the kernel at once", Errno.EMSGSIZE);
        }
        return incoming.asSlice(0, received).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    @Override
    public int receiveCapacity() throws IOException {
        MemorySegment value = memory.allocate(ValueLayout.JAVA_INT);
        MemorySegment length = memory.allocateFrom(ValueLayout.JAVA_INT, Integer.BYTES);
        int answer = LibC.getOption(state, descriptor, SOL_SOCKET, SO_RCVBUF, value, length);
        if (answer < 0) {
            throw new NetlinkException("asking for the size of the receive buffer", new Errno(-answer));
        }
        return value.get(ValueLayout.JAVA_INT, 0);
    }

    @Override
    public void close() {
        int answer = LibC.close(state, descriptor);
        if (answer < 0) {
            LOG.warn("A netlink socket could not be closed. cause={}", new Errno(-answer));
        }
        memory.close();
    }

    /** PowerPC numbers some options of sockets in its own way; the other numbers here are everybody's. */
    static int receiveTimeoutOption(String architecture) {
        return architecture.startsWith("ppc64") ? 18 : 20;
    }

    private void configure() throws NetlinkException {
        MemorySegment timeout = memory.allocateFrom(ValueLayout.JAVA_LONG, SECONDS_TO_ANSWER, 0L);
        Errno errno = option(SOL_SOCKET, receiveTimeoutOption(System.getProperty("os.arch")), timeout);
        if (!errno.isOk()) {
            throw new NetlinkException("limiting the wait for the kernel's answer", errno);
        }
        MemorySegment capacity = memory.allocateFrom(ValueLayout.JAVA_INT, WANTED_CAPACITY);
        if (!option(SOL_SOCKET, SO_RCVBUFFORCE, capacity).isOk()) {
            // Without privilege the system's limit holds; batches adapt to what we got.
            optional("SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, capacity);
        }
        MemorySegment one = memory.allocateFrom(ValueLayout.JAVA_INT, 1);
        // Short acknowledgements (Linux 4.3), and listings that honour what they are asked for (Linux 4.20).
        optional("NETLINK_CAP_ACK", SOL_NETLINK, NETLINK_CAP_ACK, one);
        optional("NETLINK_GET_STRICT_CHK", SOL_NETLINK, NETLINK_GET_STRICT_CHK, one);
    }

    private void optional(String name, int level, int option, MemorySegment value) {
        Errno errno = option(level, option, value);
        if (!errno.isOk()) {
            LOG.debug("The kernel does without a socket option. option={} cause={}", name, errno);
        }
    }

    private Errno option(int level, int option, MemorySegment value) {
        int answer = LibC.setOption(state, descriptor, level, option, value);
        return answer < 0 ? new Errno(-answer) : Errno.OK;
    }
}
