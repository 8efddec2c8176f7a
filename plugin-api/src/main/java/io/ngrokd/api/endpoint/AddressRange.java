package io.ngrokd.api.endpoint;

import java.net.InetAddress;
import java.util.Objects;
import java.util.Set;

/**
 * The addresses that endpoints may be given.
 *
 * @param subnet the whole range
 * @param gateway the address that the interface itself bears; no endpoint gets it
 * @param reserved further addresses of the range that no endpoint may get, for instance a resolver's 127.0.0.53
 */
public record AddressRange(Subnet subnet, InetAddress gateway, Set<InetAddress> reserved) {

    public AddressRange {
        Objects.requireNonNull(subnet, "subnet");
        Objects.requireNonNull(gateway, "gateway");
        reserved = Set.copyOf(reserved);
    }
}
