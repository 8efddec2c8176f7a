package io.ngrokd.plugin.dns.server;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This machine's addresses, as they were when last looked at. For any number of threads. */
class OwnAddresses implements Predicate<InetAddress> {

    private static final Logger LOG = LoggerFactory.getLogger(OwnAddresses.class);

    private volatile Set<InetAddress> known = Set.of();

    /** Looks again. May take milliseconds where there are thousands of addresses. */
    void refresh() {
        try {
            known = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).collect(Collectors.toUnmodifiableSet());
        } catch (SocketException failed) {
            LOG.debug("Own addresses not read, those of before are used cause={}", failed.getMessage());
        }
    }

    @Override
    public boolean test(InetAddress address) {
        return address.isLoopbackAddress() || known.contains(address);
    }
}
