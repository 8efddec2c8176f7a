package io.ngrokd.kernel.data.ingress;

import java.util.Objects;

/**
 * The endpoint asked for in the binding exchange.
 *
 * @param host the host, never a wildcard: for a wildcard endpoint it is the name that the client asked for
 * @param port the endpoint's port
 */
public record IngressRequest(String host, int port) {

    public IngressRequest {
        Objects.requireNonNull(host, "host");
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
