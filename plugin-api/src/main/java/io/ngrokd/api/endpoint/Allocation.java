package io.ngrokd.api.endpoint;

import java.net.InetAddress;
import java.util.Objects;

/**
 * Where an endpoint is to be reached on this machine. In virtual mode the address is leased to the host: it stays the same
 * across restarts, and all ports of a host share it. In shared mode many endpoints share an address, and raw streams, which
 * name nobody, have a port leased to them.
 *
 * @param endpoint what is served
 * @param mode the forwarding mode that serves it: {@code virtual} or {@code shared}
 * @param address the local address; the wildcard address in shared mode on all interfaces
 * @param port the local port wanted, 1 to 65535; the endpoint's own but for raw streams in shared mode
 */
public record Allocation(Endpoint endpoint, String mode, InetAddress address, int port) {

    public Allocation {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(address, "address");
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 1 to 65535");
        }
    }
}
