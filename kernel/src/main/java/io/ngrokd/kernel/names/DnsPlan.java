package io.ngrokd.kernel.names;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.reconcile.LocalNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What the DNS server is for.
 *
 * @param wanted whether there is to be one
 * @param listen where it listens, all of them
 * @param oneOf where it listens besides: the first of these that can be had, for this machine's own programs
 * @param names exact and wildcard names of endpoints that can be reached, to their addresses; the wildcard address stands for the
 *     one by which the client reached the server
 * @param domains what this machine's resolver is to ask the server for, because no hosts file can tell: wildcards, without their
 *     star, and the names of shared endpoints
 */
public record DnsPlan(
        boolean wanted, List<InetSocketAddress> listen, List<InetSocketAddress> oneOf, SortedMap<String, List<InetAddress>> names,
        SortedSet<String> domains) {

    /** The port of DNS. */
    public static final int PORT = 53;

    /** Another resolver of this machine may have 127.0.0.1, and where low ports are forbidden the last one is left. */
    private static final List<InetSocketAddress> LOOPBACK = List.of(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.107.53"), PORT),
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT),
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5354));

    /** No server. */
    public static final DnsPlan NONE = new DnsPlan(false, List.of(), List.of(), new TreeMap<>(), new TreeSet<>());

    public DnsPlan {
        listen = List.copyOf(listen);
        oneOf = List.copyOf(oneOf);
        names = Collections.unmodifiableSortedMap(new TreeMap<>(names));
        domains = Collections.unmodifiableSortedSet(new TreeSet<>(domains));
    }

    /**
     * @param allocations where everybody is to be reached
     * @param up whether an endpoint can be reached there
     */
    public static DnsPlan of(DaemonConfig.Dns config, LocalNetwork network, Collection<Allocation> allocations, Predicate<Allocation> up) {
        boolean needed = allocations.stream().anyMatch(DnsPlan::needsServer);
        if (!config.enabled().orElse(needed)) {
            return NONE;
        }
        List<Allocation> reachable = allocations.stream().filter(up).toList();
        boolean chosen = !config.listen().isEmpty();
        return new DnsPlan(true, chosen ? spelledOut(config.listen(), network) : sharedAddresses(allocations, network),
                chosen ? List.of() : LOOPBACK, names(reachable), domains(reachable));
    }

    /** Where programs on this machine ask best: at an address that stays, on the usual port. */
    public static Optional<InetSocketAddress> nearest(Collection<InetSocketAddress> listening) {
        return listening.stream().min((one, other) -> Integer.compare(distance(one), distance(other)));
    }

    private static int distance(InetSocketAddress place) {
        return (place.getPort() == PORT ? 0 : 2) + (place.getAddress().isLoopbackAddress() ? 0 : 1);
    }

    /** Whether an endpoint's name is nowhere but in the DNS. */
    public static boolean needsServer(Allocation allocation) {
        return allocation.mode().equals(Desired.SHARED) || allocation.endpoint().key().isWildcard();
    }

    /** The places at which others find a shared endpoint's name: those of its own address; all of them when it is on all addresses. */
    public List<InetSocketAddress> servedAt(Allocation allocation) {
        List<InetSocketAddress> own = listen.stream().filter(place -> place.getAddress().equals(allocation.address())).toList();
        return own.isEmpty() ? listen : own;
    }

    /** {@code dns.listen} as it is written, but for 0.0.0.0: a server answers from the address that it was asked at, so it needs each. */
    private static List<InetSocketAddress> spelledOut(List<InetSocketAddress> listen, LocalNetwork network) {
        Set<InetSocketAddress> places = new LinkedHashSet<>();
        for (InetSocketAddress place : listen) {
            if (place.getAddress().isAnyLocalAddress()) {
                network.lanAddresses().forEach(address -> places.add(new InetSocketAddress(address, place.getPort())));
                places.add(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), place.getPort()));
            } else {
                places.add(place);
            }
        }
        return List.copyOf(places);
    }

    private static List<InetSocketAddress> sharedAddresses(Collection<Allocation> allocations, LocalNetwork network) {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (Allocation allocation : allocations) {
            if (!allocation.mode().equals(Desired.SHARED)) {
                continue;
            }
            if (allocation.address().isAnyLocalAddress()) {
                addresses.addAll(network.lanAddresses());
            } else if (!allocation.address().isLoopbackAddress()) {
                addresses.add(allocation.address());
            }
        }
        List<InetSocketAddress> places = new ArrayList<>();
        addresses.forEach(address -> places.add(new InetSocketAddress(address, PORT)));
        return places;
    }

    private static SortedMap<String, List<InetAddress>> names(Collection<Allocation> reachable) {
        SortedMap<String, List<InetAddress>> names = new TreeMap<>();
        reachable.forEach(allocation -> names.put(allocation.endpoint().host(), List.of(allocation.address())));
        return names;
    }

    private static SortedSet<String> domains(Collection<Allocation> reachable) {
        SortedSet<String> domains = new TreeSet<>();
        for (Allocation allocation : reachable) {
            if (needsServer(allocation)) {
                String host = allocation.endpoint().host();
                domains.add(allocation.endpoint().key().isWildcard() ? host.substring(2) : host);
            }
        }
        return domains;
    }
}
