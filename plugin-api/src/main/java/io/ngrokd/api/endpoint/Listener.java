package io.ngrokd.api.endpoint;

import java.net.InetAddress;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A socket that must be listened on, and the endpoints that are reached through it.
 *
 * @param id tells listeners apart and stays the same as long as address and port do
 * @param address the local address, possibly the wildcard address
 * @param port the port wanted, 1 to 65535
 * @param endpoints who is served there: one in virtual mode, any number in shared mode
 */
public record Listener(String id, InetAddress address, int port, SortedSet<EndpointKey> endpoints) {

    public Listener {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(address, "address");
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 1 to 65535");
        }
        endpoints = Collections.unmodifiableSortedSet(new TreeSet<>(endpoints));
    }
}
