package io.ngrokd.plugin.dns.server;

import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.DnsRequest;
import io.ngrokd.kit.listener.LowPorts;
import io.ngrokd.kit.listener.PortHolders;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the server would open, close and answer otherwise than now. Binds nothing: who has a port is looked up. */
final class DnsChanges {

    private final PortHolders holders;
    private final LowPorts lowPorts;

    DnsChanges(PortHolders holders, LowPorts lowPorts) {
        this.holders = holders;
        this.lowPorts = lowPorts;
    }

    /**
     * @param open where it listens now
     * @param names what it answers for now
     * @param request what is wanted; empty for nothing
     */
    List<Change> between(Set<InetSocketAddress> open, SortedMap<String, List<InetAddress>> names, Optional<DnsRequest> request) {
        Set<InetSocketAddress> wanted = new LinkedHashSet<>(request.map(DnsRequest::listen).orElse(List.of()));
        SortedMap<String, List<InetAddress>> then = wanted.isEmpty() ? Collections.emptySortedMap() : request.orElseThrow().names();
        List<Change> changes = new ArrayList<>();
        open.stream().filter(place -> !wanted.contains(place)).sorted(Comparator.comparing(DnsChanges::text))
                .forEach(place -> changes.add(Change.remove(Change.LISTENER, text(place))));
        wanted.stream().filter(place -> !open.contains(place)).forEach(place -> changes.add(opening(place)));
        SortedSet<String> gone = lines(names);
        SortedSet<String> come = lines(then);
        gone.stream().filter(line -> !come.contains(line)).forEach(line -> changes.add(Change.remove(Change.DNS_NAME, line)));
        come.stream().filter(line -> !gone.contains(line)).forEach(line -> changes.add(Change.add(Change.DNS_NAME, line)));
        return changes;
    }

    private Change opening(InetSocketAddress place) {
        if (lowPorts.isForbidden(place.getPort())) {
            return Change.blocked(Change.LISTENER, text(place),
                    BindFailure.describe(place, "UDP and TCP", new BindException("permission denied")).message());
        }
        Optional<String> holder = holders.holder(place.getAddress(), place.getPort())
                .filter(who -> !who.startsWith(PortHolders.OURSELVES));
        return holder.isEmpty() ? Change.add(Change.LISTENER, text(place))
                : Change.blocked(Change.LISTENER, text(place), "port " + place.getPort() + " of " + place.getAddress().getHostAddress()
                        + " is held by " + holder.get());
    }

    private static SortedSet<String> lines(SortedMap<String, List<InetAddress>> names) {
        SortedSet<String> lines = new TreeSet<>();
        names.forEach((name, addresses) -> lines.add(name + " " + addresses(addresses)));
        return lines;
    }

    private static String addresses(Collection<InetAddress> addresses) {
        return String.join(" ", addresses.stream().map(address -> address.isAnyLocalAddress()
                ? "(the address that it is asked at)" : address.getHostAddress()).toList());
    }

    private static String text(InetSocketAddress place) {
        return place.getAddress().getHostAddress() + ":" + place.getPort();
    }
}
