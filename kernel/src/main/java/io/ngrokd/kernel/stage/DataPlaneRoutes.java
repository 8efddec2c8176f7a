package io.ngrokd.kernel.stage;

import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.kernel.reconcile.Carrying.Carry;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/** The data plane as the stages see it: what it is told, and the one thing it is asked. */
public interface DataPlaneRoutes {

    /**
     * Replaces all routes at once.
     *
     * @param carried listeners whose connections another one accepts
     */
    void publish(Collection<Listener> listeners, Map<EndpointKey, Endpoint> endpoints, Collection<Carry> carried);

    /** These endpoints are gone: their connections may finish until the limit, then they are closed. */
    void drain(Set<EndpointKey> endpoints, Duration limit);

    /** How many connections an endpoint has now. */
    int connections(EndpointKey endpoint);
}
