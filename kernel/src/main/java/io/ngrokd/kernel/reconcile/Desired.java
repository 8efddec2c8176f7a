package io.ngrokd.kernel.reconcile;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.api.error.StageFailure;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The whole wanted state.
 *
 * @param allocations who is to be reached where
 * @param unallocated who could not be given a place, and why
 */
public record Desired(SortedMap<EndpointKey, Allocation> allocations, SortedMap<EndpointKey, StageFailure> unallocated) {

    /** The forwarding mode in which every endpoint has its own address. */
    public static final String VIRTUAL = "virtual";
    /** The forwarding mode in which endpoints share addresses and ports of this machine. */
    public static final String SHARED = "shared";

    public Desired {
        allocations = Collections.unmodifiableSortedMap(new TreeMap<>(allocations));
        unallocated = Collections.unmodifiableSortedMap(new TreeMap<>(unallocated));
    }

    /** Nothing is wanted. */
    public static Desired nothing() {
        return new Desired(new TreeMap<>(), new TreeMap<>());
    }

    /** The same without the endpoints of a mode. */
    public Desired without(String mode) {
        SortedMap<EndpointKey, Allocation> rest = new TreeMap<>(allocations);
        rest.values().removeIf(allocation -> allocation.mode().equals(mode));
        return new Desired(rest, unallocated);
    }

    /** The hosts that need an address of their own. */
    public static SortedSet<String> virtualHosts(Collection<Endpoint> endpoints, Function<String, Place> places) {
        SortedSet<String> hosts = new TreeSet<>();
        for (Endpoint endpoint : endpoints) {
            if (places.apply(endpoint.host()) instanceof Place.Virtual) {
                hosts.add(endpoint.host());
            }
        }
        return hosts;
    }

    /** The endpoints that need a port of their own at a shared address: raw streams, which name nobody. */
    public static SortedSet<EndpointKey> remapped(Collection<Endpoint> endpoints, Function<String, Place> places) {
        return endpoints.stream()
                .filter(endpoint -> endpoint.protocol() == Protocol.TCP && places.apply(endpoint.host()) instanceof Place.Shared)
                .map(Endpoint::key).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The ports of endpoints that are shared at their own port: http, https and tls. */
    public static SortedSet<Integer> sharedPorts(Collection<Endpoint> endpoints, Function<String, Place> places) {
        return ports(endpoints, endpoint -> endpoint.protocol() != Protocol.TCP && places.apply(endpoint.host()) instanceof Place.Shared);
    }

    /** The ports of endpoints with addresses of their own. */
    public static SortedSet<Integer> virtualPorts(Collection<Endpoint> endpoints, Function<String, Place> places) {
        return ports(endpoints, endpoint -> places.apply(endpoint.host()) instanceof Place.Virtual);
    }

    private static SortedSet<Integer> ports(Collection<Endpoint> endpoints, Predicate<Endpoint> which) {
        return endpoints.stream().filter(which).map(Endpoint::port).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Where everybody is to be reached.
     *
     * @param places where a host is to be reached
     * @param addresses those of virtual hosts
     * @param ports those of shared raw streams
     */
    public static Desired of(
            Collection<Endpoint> endpoints, Function<String, Place> places, Leased<String, InetAddress> addresses,
            Leased<EndpointKey, Integer> ports) {
        SortedMap<EndpointKey, Allocation> allocations = new TreeMap<>();
        SortedMap<EndpointKey, StageFailure> unallocated = new TreeMap<>();
        for (Endpoint endpoint : endpoints) {
            EndpointKey key = endpoint.key();
            switch (places.apply(endpoint.host())) {
                case Place.Nowhere(StageFailure reason) -> unallocated.put(key, reason);
                case Place.Virtual() -> addresses.of(endpoint.host()).ifPresentOrElse(
                        address -> allocations.put(key, new Allocation(endpoint, VIRTUAL, address, endpoint.port())),
                        () -> unallocated.put(key, addresses.none()));
                case Place.Shared(InetAddress address) when endpoint.protocol() != Protocol.TCP ->
                    allocations.put(key, new Allocation(endpoint, SHARED, address, endpoint.port()));
                case Place.Shared(InetAddress address) -> ports.of(key).ifPresentOrElse(
                        port -> allocations.put(key, new Allocation(endpoint, SHARED, address, port)),
                        () -> unallocated.put(key, ports.none()));
            }
        }
        return new Desired(allocations, unallocated);
    }

    /**
     * What was leased.
     *
     * @param given who got what
     * @param none why one that is not among them has nothing
     */
    public record Leased<K, V>(Map<K, V> given, StageFailure none) {

        public Leased {
            given = Map.copyOf(given);
        }

        Optional<V> of(K key) {
            return Optional.ofNullable(given.get(key));
        }
    }
}
