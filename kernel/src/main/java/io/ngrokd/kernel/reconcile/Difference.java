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

    private static boolean samePlace(Allocation before, Allocation after) {
        return before.mode().equals(after.mode()) && before.address().equals(after.address()) && before.port() == after.port()
                && before.endpoint().protocol() == after.endpoint().protocol();
    }
}
