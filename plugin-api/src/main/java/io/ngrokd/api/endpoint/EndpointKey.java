package io.ngrokd.api.endpoint;

import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;

/**
 * What tells one local endpoint from another: its host and port. Several endpoints of the cloud with the same URL
 * (pooling) are one local endpoint.
 *
 * @param host lower case, without a trailing dot; a wildcard is written {@code *.example.com}
 * @param port 1 to 65535
 */
public record EndpointKey(String host, int port) implements Comparable<EndpointKey> {

    private static final Comparator<EndpointKey> ORDER =
            Comparator.comparing(EndpointKey::host).thenComparingInt(EndpointKey::port);

    public EndpointKey {
        Objects.requireNonNull(host, "host");
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 1 to 65535");
        }
        host = host.toLowerCase(Locale.ROOT);
    }

    /** Whether the host stands for all names below it. */
    public boolean isWildcard() {
        return host.startsWith("*.");
    }

    @Override
    public int compareTo(EndpointKey other) {
        return ORDER.compare(this, other);
    }

    /** {@code host:port}, the form used in {@code network_ports.json}, logs and errors. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
