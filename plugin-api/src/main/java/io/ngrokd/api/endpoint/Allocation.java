package io.ngrokd.api.endpoint;

import java.net.InetAddress;
import java.util.Objects;

/**
 * Where an endpoint is to be reached on this machine. The address is leased to the host: it stays the same across
 * restarts, and all ports of a host share it.
 *
 * @param endpoint what is served
 * @param mode the forwarding mode that serves it: {@code virtual} or {@code shared}
 * @param address the local address
 */
public record Allocation(Endpoint endpoint, String mode, InetAddress address) {

    public Allocation {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(address, "address");
    }
}
