package io.ngrokd.kernel.data.listen;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells clients on this machine from others. Nearly always a client here has a loopback address or the very address that it
 * connects to; for the rest, this machine's addresses are looked up, at most once in ten seconds, as there may be thousands.
 * Safe to use from any thread.
 */
final class OwnAddresses {

    private static final Logger LOG = LoggerFactory.getLogger(OwnAddresses.class);
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(10);

    private volatile Known known = new Known(Set.of(), System.nanoTime() - FRESH_NANOS);

    private record Known(Set<InetAddress> addresses, long since) {}

    /** Whether the connection's other end is on this machine, as far as its address says; in doubt it is not. */
    boolean isOnThisMachine(Channel channel) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote)
                || !(channel.localAddress() instanceof InetSocketAddress local)) {
            return false;
        }
        InetAddress client = remote.getAddress();
        return client.isLoopbackAddress() || client.equals(local.getAddress()) || current().contains(client);
    }

    private Set<InetAddress> current() {
        Known now = known;
        if (System.nanoTime() - now.since() < FRESH_NANOS) {
            return now.addresses();
        }
        Set<InetAddress> addresses = new HashSet<>();
        try {
            NetworkInterface.networkInterfaces().forEach(network -> network.inetAddresses().forEach(addresses::add));
        } catch (SocketException unknown) {
            LOG.debug("This machine's addresses cannot be listed. cause={}", unknown.toString());
        }
        known = new Known(Set.copyOf(addresses), System.nanoTime());
        return known.addresses();
    }
}
