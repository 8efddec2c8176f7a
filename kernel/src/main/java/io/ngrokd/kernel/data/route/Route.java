package io.ngrokd.kernel.data.route;

import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import java.util.Objects;

/**
 * One endpoint as the data plane sees it.
 *
 * @param key host (or wildcard) and port, as they are asked for at the ingress
 * @param protocol decides how the first bytes of a client are treated
 * @param traffic the endpoint's counters; the same object in every table that holds the endpoint
 */
public record Route(EndpointKey key, Protocol protocol, EndpointTraffic traffic) {

    public Route {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(traffic, "traffic");
    }

    /** Whether plain HTTP is proxied request by request. */
    public boolean speaksHttp() {
        return protocol == Protocol.HTTP || protocol == Protocol.HTTPS;
    }

    /** Whether its own protocol is one in TLS. */
    public boolean speaksTls() {
        return protocol == Protocol.HTTPS || protocol == Protocol.TLS;
    }

    /** Whether a name asked for by a client belongs to this endpoint; a wildcard stands for one or more labels. */
    public boolean covers(String name) {
        return key.isWildcard() ? ServerNames.matches(key.host(), name) : key.host().equals(name);
    }
}
