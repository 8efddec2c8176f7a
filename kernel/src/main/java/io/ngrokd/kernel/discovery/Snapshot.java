package io.ngrokd.kernel.discovery;

import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A complete picture: what is not in here does not exist.
 *
 * @param endpoints to be served
 * @param refused listed and not served
 */
public record Snapshot(SortedMap<EndpointKey, Endpoint> endpoints, List<Refusal> refused) {

    public Snapshot {
        endpoints = Collections.unmodifiableSortedMap(new TreeMap<>(endpoints));
        refused = List.copyOf(refused);
    }

    /** Before the first listing. */
    public static Snapshot empty() {
        return new Snapshot(new TreeMap<>(), List.of());
    }
}
