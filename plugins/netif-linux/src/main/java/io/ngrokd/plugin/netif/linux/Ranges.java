package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Subnet;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which ranges serve, and which of their addresses no endpoint may get. */
final class Ranges {

    static final Subnet LOOPBACK = Subnet.parse("127.0.0.0/8");

    private static final Subnet PREFERRED = Subnet.parse("10.107.0.0/16");
    /** "This network", multicast and what is reserved: the kernel refuses them or treats them as something else. */
    private static final List<Subnet> UNUSABLE =
            List.of(Subnet.parse("0.0.0.0/8"), Subnet.parse("224.0.0.0/4"), Subnet.parse("240.0.0.0/4"));
    /** Used by others out of habit: localhost, the two of systemd-resolved, Debian's name for the machine itself. */
    private static final List<InetAddress> TAKEN_LOOPBACK =
            List.of(literal("127.0.0.1"), literal("127.0.0.53"), literal("127.0.0.54"), literal("127.0.1.1"));
    /** The smallest range with two hosts: one for the gateway, one for an endpoint. */
    private static final int LONGEST_PREFIX = 30;

    private Ranges() {}

    /** Why no backend of Linux can serve a subnet that the user wants; empty when some can. */
    static Optional<String> unusable(Subnet subnet) {
        if (!(subnet.network() instanceof Inet4Address)) {
            return Optional.of("the subnet " + subnet + " is IPv6, and only IPv4 is served");
        }
        if (subnet.prefixLength() > LONGEST_PREFIX) {
            return Optional.of("the subnet " + subnet + " is too small; take a /" + LONGEST_PREFIX + " or larger");
        }
        return UNUSABLE.stream()
                .filter(subnet::overlaps)
                .findFirst()
                .map(taken -> "the subnet " + subnet + " overlaps " + taken + ", which no interface can have");
    }

    /** Why no interface can serve it; empty when one can. */
    static Optional<String> unusableOnInterface(Subnet subnet) {
        Optional<String> never = unusable(subnet);
        if (never.isPresent()) {
            return never;
        }
        if (isLoopback(subnet)) {
            return Optional.of(LOOPBACK + " needs no interface");
        }
        return subnet.overlaps(LOOPBACK)
                ? Optional.of("the subnet " + subnet + " overlaps " + LOOPBACK)
                : Optional.empty();
    }

    static boolean isLoopback(Subnet subnet) {
        return LOOPBACK.contains(subnet.network()) && subnet.prefixLength() >= LOOPBACK.prefixLength();
    }

    /** The range of addresses that an interface gets. */
    static AddressRange onInterface(Optional<Subnet> wanted) {
        Subnet subnet = wanted.filter(user -> unusableOnInterface(user).isEmpty()).orElse(PREFERRED);
        return new AddressRange(subnet, subnet.addressAt(1), Set.of(subnet.network(), last(subnet)));
    }

    /** The range inside 127.0.0.0/8. */
    static AddressRange loopback(Optional<Subnet> wanted) {
        Subnet subnet = wanted.filter(user -> unusable(user).isEmpty() && isLoopback(user)).orElse(LOOPBACK);
        Set<InetAddress> reserved =
                TAKEN_LOOPBACK.stream().filter(subnet::contains).collect(Collectors.toCollection(HashSet::new));
        reserved.add(subnet.network());
        reserved.add(last(subnet));
        InetAddress gateway = subnet.addressAt(1);
        reserved.remove(gateway);
        return new AddressRange(subnet, gateway, reserved);
    }

    /** The broadcast address. */
    static InetAddress last(Subnet subnet) {
        return subnet.addressAt(subnet.size() - 1);
    }

    private static InetAddress literal(String text) {
        return InetAddress.ofLiteral(text);
    }
}
