package io.ngrokd.kernel.data.ingress;

import java.util.Objects;

/**
 * Where the ingress is.
 *
 * @param host its name: resolved, sent as SNI and checked against its certificate
 * @param port its port
 */
public record IngressTarget(String host, int port) {

    public IngressTarget {
        Objects.requireNonNull(host, "host");
        if (host.isEmpty()) {
            throw new IllegalArgumentException("the ingress has no host");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("ingress port " + port + " is not in 1 to 65535");
        }
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
