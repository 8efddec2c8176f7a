package io.ngrokd.plugin.netif.linux;

import io.ngrokd.plugin.netif.linux.netlink.Link;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import java.io.IOException;
import java.util.Optional;

/** The interface {@code lo}. */
final class Loopback {

    static final String NAME = "lo";
    static final String DOWN = "lo is down; switch it on with 'ip link set lo up'";

    private Loopback() {}

    /** It, when it is switched on. */
    static Optional<Link> find(LinuxNetwork network) throws IOException {
        return DeviceKeeper.named(network.links(), NAME).filter(Link::up);
    }
}
