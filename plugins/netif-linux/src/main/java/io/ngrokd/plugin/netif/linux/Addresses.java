package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.event.Change;
import io.ngrokd.plugin.netif.linux.netlink.Link;
import io.ngrokd.plugin.netif.linux.netlink.LinkAddress;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Differences of addresses as a person reads them. Pure. */
final class Addresses {

    private static final Comparator<LinkAddress> ORDER =
            Comparator.comparing((LinkAddress address) -> address.address().getAddress(), Arrays::compareUnsigned);

    private Addresses() {}

    static List<LinkAddress> sorted(Collection<LinkAddress> addresses) {
        return addresses.stream().sorted(ORDER).toList();
    }

    /**
     * What goes, what comes, what cannot be had.
     *
     * @param names of interfaces, by index
     */
    static List<Change> changes(AddressSync.Difference difference, Map<Integer, String> names, Wishes wishes) {
        List<Change> changes = new ArrayList<>();
        sorted(difference.surplus()).forEach(address -> changes.add(Change.remove(Change.ADDRESS, text(address, names))));
        sorted(difference.missing()).forEach(address -> changes.add(Change.add(Change.ADDRESS, text(address, names))));
        difference.taken().forEach((address, failure) ->
                changes.add(Change.blocked(Change.ADDRESS, address.getHostAddress(), failure.message())));
        wishes.refused().forEach((address, failure) ->
                changes.add(Change.blocked(Change.ADDRESS, address.getHostAddress(), failure.message())));
        return changes;
    }

    /** Those that are still there when all that bears ngrokd's mark is gone. */
    static List<LinkAddress> foreign(LinuxNetwork network, List<LinkAddress> addresses) throws IOException {
        Set<Integer> marked = network.links().stream().filter(DeviceKeeper::isMarked).map(Link::index).collect(Collectors.toSet());
        return addresses.stream().filter(address -> !LoBackend.isMarked(address) && !marked.contains(address.link())).toList();
    }

    /** {@code 10.107.0.2/32 on ngrokd0}, as {@code ip address} writes it. */
    static String text(LinkAddress address, Map<Integer, String> names) {
        return address.address().getHostAddress() + "/" + address.prefixLength() + " on " + names.getOrDefault(address.link(), "?");
    }
}
