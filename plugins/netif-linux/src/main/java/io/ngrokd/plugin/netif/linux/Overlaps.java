package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.plugin.netif.linux.netlink.Link;
import io.ngrokd.plugin.netif.linux.netlink.LinkAddress;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import io.ngrokd.plugin.netif.linux.netlink.Route;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds who else uses addresses of the wanted subnet: a VPN, a container network. */
final class Overlaps {

    private static final Logger LOG = LoggerFactory.getLogger(Overlaps.class);

    /** 0.0.0.0/0, and the halves 0.0.0.0/1 and 128.0.0.0/1 as VPNs write it: everybody overlaps the default route. */
    private static final int LONGEST_DEFAULT = 1;

    private Overlaps() {}

    /**
     * The interfaces with an address or a route in the subnet, each with what it has.
     *
     * @param ours addresses that are our own doing
     * @param ownInterface whose addresses and routes do not count
     */
    static Map<String, String> find(LinuxNetwork network, Subnet subnet, String ownInterface, Predicate<LinkAddress> ours)
            throws IOException {
        Map<Integer, String> others = network.links().stream()
                .filter(link -> !link.name().equals(ownInterface))
                .collect(Collectors.toMap(Link::index, Link::name));
        Map<String, String> found = new TreeMap<>();
        for (Route route : network.routes()) {
            Subnet there = route.destination();
            if (others.containsKey(route.link()) && there.prefixLength() > LONGEST_DEFAULT && there.overlaps(subnet)) {
                found.putIfAbsent(others.get(route.link()), "the route " + there);
            }
        }
        for (LinkAddress address : network.addresses()) {
            if (others.containsKey(address.link()) && !ours.test(address) && subnet.contains(address.address())) {
                found.putIfAbsent(others.get(address.link()), "the address " + address.address().getHostAddress());
            }
        }
        return found;
    }

    /** Says so in the log, one line an interface. */
    static void warn(Map<String, String> found, Subnet subnet) {
        found.forEach((name, what) -> LOG.warn(
                "Another interface uses part of the subnet; what it leads to may become unreachable, so choose another net.subnet."
                        + " interface={} has=\"{}\" subnet={}",
                name, what, subnet));
    }

    /** The same for the reason of a probe, beginning with a semicolon; empty when nobody overlaps. */
    static String note(Map<String, String> found, Subnet subnet) {
        return found.isEmpty() ? "" : "; but part of " + subnet + " is in use on " + String.join(", ", found.keySet());
    }
}
