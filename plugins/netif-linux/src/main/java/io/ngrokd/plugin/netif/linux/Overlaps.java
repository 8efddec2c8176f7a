package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.plugin.netif.linux.netlink.Link;
import io.ngrokd.plugin.netif.linux.netlink.LinkAddress;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import io.ngrokd.plugin.netif.linux.netlink.Route;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who else uses addresses of the wanted subnet: a VPN, a container network.
 *
 * @param users the interfaces with an address or a route in the subnet, each with what it has
 * @param free a range of that size that nobody uses; empty when none was found, or nobody overlaps
 */
record Overlaps(Subnet subnet, Map<String, String> users, Optional<Subnet> free) {

    private static final Logger LOG = LoggerFactory.getLogger(Overlaps.class);

    /** 0.0.0.0/0, and the halves 0.0.0.0/1 and 128.0.0.0/1 as VPNs write it: everybody overlaps the default route. */
    private static final int LONGEST_DEFAULT = 1;
    private static final int ONE_ADDRESS = 32;

    /**
     * Looks at this machine's routes and addresses.
     *
     * @param ours addresses that are our own doing
     * @param ownInterface whose addresses and routes do not count
     */
    static Overlaps find(LinuxNetwork network, Subnet subnet, String ownInterface, Predicate<LinkAddress> ours)
            throws IOException {
        Map<Integer, String> others = network.links().stream()
                .filter(link -> !link.name().equals(ownInterface))
                .collect(Collectors.toMap(Link::index, Link::name));
        Map<String, String> found = new TreeMap<>();
        List<Subnet> taken = new ArrayList<>();
        for (Route route : network.routes()) {
            Subnet there = route.destination();
            if (there.prefixLength() > LONGEST_DEFAULT) {
                taken.add(there);
            }
            if (others.containsKey(route.link()) && there.prefixLength() > LONGEST_DEFAULT && there.overlaps(subnet)) {
                found.putIfAbsent(others.get(route.link()), "the route " + there);
            }
        }
        for (LinkAddress address : network.addresses()) {
            taken.add(new Subnet(address.address(), ONE_ADDRESS));
            if (others.containsKey(address.link()) && !ours.test(address) && subnet.contains(address.address())) {
                found.putIfAbsent(others.get(address.link()), "the address " + address.address().getHostAddress());
            }
        }
        return new Overlaps(subnet, found, found.isEmpty() ? Optional.empty() : FreeRange.like(subnet, taken));
    }

    /** Says so in the log, one line an interface. */
    void warn() {
        users.forEach((name, what) -> LOG.warn(
                "Another interface uses part of the subnet; what it leads to may become unreachable, so choose another net.subnet."
                        + " interface={} has=\"{}\" subnet={} free={}",
                name, what, subnet, free.map(Subnet::toString).orElse("none found")));
    }

    /** The same for the reason of a probe, beginning with a semicolon; empty when nobody overlaps. */
    String note() {
        return users.isEmpty() ? "" : "; but part of " + subnet + " is in use on " + String.join(", ", users.keySet())
                + free.map(range -> "; " + range + " is free for net.subnet").orElse("");
    }
}
