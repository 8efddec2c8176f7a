package io.ngrokd.kernel.reconcile;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.error.FailureCode;
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
import java.util.function.UnaryOperator;

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
    public static SortedSet<String> virtualHosts(Collection<Endpoint> endpoints, UnaryOperator<String> listenInterface) {
        SortedSet<String> hosts = new TreeSet<>();
        for (Endpoint endpoint : endpoints) {
            if (mode(listenInterface.apply(endpoint.host())).equals(VIRTUAL)) {
                hosts.add(endpoint.host());
            }
        }
        return hosts;
    }

    /**
     * @param listenInterface where a host is to be listened for: {@code virtual}, an address or an interface name
     * @param leases addresses of virtual hosts
     * @param noLease why a host without a lease has none
     */
    public static Desired of(
            Collection<Endpoint> endpoints, UnaryOperator<String> listenInterface, Map<String, InetAddress> leases,
            StageFailure noLease) {
        SortedMap<EndpointKey, Allocation> allocations = new TreeMap<>();
        SortedMap<EndpointKey, StageFailure> unallocated = new TreeMap<>();
        for (Endpoint endpoint : endpoints) {
            String where = listenInterface.apply(endpoint.host());
            if (mode(where).equals(SHARED)) {
                sharedAddress(where).ifPresentOrElse(
                        address -> allocations.put(endpoint.key(), new Allocation(endpoint, SHARED, address, endpoint.port())),
                        () -> unallocated.put(endpoint.key(), new StageFailure(FailureCode.UNSUPPORTED, "net.listen_interface '" + where
                                + "' is neither 'virtual' nor an IP address; interface names are not known to this version")));
            } else if (leases.containsKey(endpoint.host())) {
                allocations.put(endpoint.key(), new Allocation(endpoint, VIRTUAL, leases.get(endpoint.host()), endpoint.port()));
            } else {
                unallocated.put(endpoint.key(), noLease);
            }
        }
        return new Desired(allocations, unallocated);
    }

    private static String mode(String listenInterface) {
        return listenInterface.equals(VIRTUAL) ? VIRTUAL : SHARED;
    }

    /** Never all addresses for a word that is none: a slip of the pen must not open a listener to the world. */
    private static Optional<InetAddress> sharedAddress(String where) {
        try {
            return Optional.of(InetAddress.ofLiteral(where));
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }
}
