package io.ngrokd.kernel.reconcile;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Listener;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What each stage is asked for, derived from allocations. */
public final class Wanted {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private Wanted() {}

    /** The addresses that must exist: those of virtual endpoints. */
    public static Set<InetAddress> addresses(Collection<Allocation> allocations) {
        Set<InetAddress> addresses = new HashSet<>();
        for (Allocation allocation : allocations) {
            if (allocation.mode().equals(Desired.VIRTUAL)) {
                addresses.add(allocation.address());
            }
        }
        return addresses;
    }

    /** The listeners by forwarding mode. */
    public static SortedMap<String, List<Listener>> listeners(Collection<Allocation> allocations) {
        SortedMap<String, SortedMap<String, Listener>> byMode = new TreeMap<>();
        for (Allocation allocation : allocations) {
            Listener listener = listener(allocation);
            byMode.computeIfAbsent(allocation.mode(), mode -> new TreeMap<>()).merge(listener.id(), listener, Wanted::joined);
        }
        SortedMap<String, List<Listener>> listeners = new TreeMap<>();
        byMode.forEach((mode, byId) -> listeners.put(mode, new ArrayList<>(byId.values())));
        return listeners;
    }

    /** The id of the listener that serves an allocation. */
    public static String listenerId(Allocation allocation) {
        return allocation.mode() + ":" + allocation.address().getHostAddress() + ":" + allocation.port();
    }

    /** Whether the hosts file is to hold this endpoint's name: that of a virtual endpoint. It cannot hold wildcards. */
    public static boolean hasName(Allocation allocation) {
        return allocation.mode().equals(Desired.VIRTUAL) && !allocation.endpoint().key().isWildcard();
    }

    /**
     * The names that the hosts file is to hold.
     *
     * @param up whether an endpoint can be reached
     * @param shared whether the hosts file stands in for the resolver, which finds no names of shared endpoints
     */
    public static SortedMap<String, List<InetAddress>> names(Collection<Allocation> allocations, Predicate<Allocation> up, boolean shared) {
        SortedMap<String, List<InetAddress>> names = new TreeMap<>();
        for (Allocation allocation : allocations) {
            boolean has = hasName(allocation) || (shared && !allocation.endpoint().key().isWildcard());
            if (has && up.test(allocation)) {
                names.put(allocation.endpoint().host(), List.of(fromHere(allocation.address())));
            }
        }
        return names;
    }

    /** Where a program on this machine finds what listens on an address. */
    private static InetAddress fromHere(InetAddress address) {
        return address.isAnyLocalAddress() ? LOOPBACK : address;
    }

    private static Listener listener(Allocation allocation) {
        return new Listener(listenerId(allocation), allocation.address(), allocation.port(),
                new TreeSet<>(Set.of(allocation.endpoint().key())));
    }

    private static Listener joined(Listener one, Listener other) {
        SortedSet<EndpointKey> endpoints = new TreeSet<>(one.endpoints());
        endpoints.addAll(other.endpoints());
        return new Listener(one.id(), one.address(), one.port(), endpoints);
    }
}
