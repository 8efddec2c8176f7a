package io.ngrokd.kernel.reconcile;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.EndpointKey;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What changed between two wanted states.
 *
 * @param added new, or at another place than before
 * @param removed gone, or at another place now
 * @param kept as they were: same place, same protocol
 */
public record Difference(SortedSet<EndpointKey> added, SortedSet<EndpointKey> removed, SortedMap<EndpointKey, Allocation> kept) {

    /** Compares place and protocol; ids that come and go in a pool move nothing. */
    public static Difference between(Map<EndpointKey, Allocation> before, Map<EndpointKey, Allocation> after) {
        SortedSet<EndpointKey> added = new TreeSet<>();
        SortedSet<EndpointKey> removed = new TreeSet<>();
        SortedMap<EndpointKey, Allocation> kept = new TreeMap<>();
        before.forEach((key, allocation) -> {
            Allocation now = after.get(key);
            if (now != null && samePlace(allocation, now)) {
                kept.put(key, now);
            } else {
                removed.add(key);
            }
        });
        after.keySet().forEach(key -> {
            if (!kept.containsKey(key)) {
                added.add(key);
            }
        });
        return new Difference(added, removed, kept);
    }

    /**
     * Those that are gone, or whose clients must come another way now. One that only has another port at its address is none:
     * what its clients have open may stay.
     *
     * @param before the places that this is the difference from
     * @param after the places now
     */
    public SortedSet<EndpointKey> cutOff(Map<EndpointKey, Allocation> before, Map<EndpointKey, Allocation> after) {
        SortedSet<EndpointKey> cutOff = new TreeSet<>(removed);
        cutOff.removeIf(key -> after.containsKey(key) && sameAddress(before.get(key), after.get(key)));
        return cutOff;
    }

    private static boolean sameAddress(Allocation before, Allocation after) {
        return before.mode().equals(after.mode()) && before.address().equals(after.address())
                && before.endpoint().protocol() == after.endpoint().protocol();
    }

    private static boolean samePlace(Allocation before, Allocation after) {
        return sameAddress(before, after) && before.port() == after.port();
    }
}
