package io.ngrokd.kernel.data.route;

import io.ngrokd.api.endpoint.EndpointKey;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps each endpoint's counters from table to table. */
public final class TrafficLedger {

    private final Map<EndpointKey, EndpointTraffic> traffic = new ConcurrentHashMap<>();

    /** The counters of an endpoint, new ones when it was unknown. */
    public EndpointTraffic of(EndpointKey key) {
        return traffic.computeIfAbsent(key, unknown -> new EndpointTraffic());
    }

    /** Forgets endpoints that are gone; connections that still drain keep counting where nobody looks. */
    public void forget(Set<EndpointKey> keys) {
        traffic.keySet().removeAll(keys);
    }
}
