package io.ngrokd.kernel.data.route;

import io.ngrokd.api.endpoint.EndpointKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps each endpoint's counters from table to table. */
public final class TrafficLedger {

    private final Map<EndpointKey, EndpointTraffic> traffic = new ConcurrentHashMap<>();

    /** The counters of an endpoint, new ones when it was unknown. */
    public EndpointTraffic of(EndpointKey key) {
        return traffic.computeIfAbsent(key, unknown -> new EndpointTraffic());
    }

    /** The counters of an endpoint for those who only look: nothing comes to be, so that what is forgotten stays so. */
    public Optional<EndpointTraffic> find(EndpointKey key) {
        return Optional.ofNullable(traffic.get(key));
    }

    /** Forgets endpoints that are gone; connections that still drain keep counting where nobody looks. */
    public void forget(Set<EndpointKey> keys) {
        traffic.keySet().removeAll(keys);
    }
}
