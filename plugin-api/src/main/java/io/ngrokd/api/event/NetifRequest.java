package io.ngrokd.api.event;

import io.ngrokd.api.endpoint.AddressRange;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Set;

/**
 * All addresses that must exist on this machine for endpoints, and no others of ours.
 *
 * @param range the range that the backend itself announced; its gateway address is wanted besides {@code addresses}
 * @param addresses the whole set
 * @param added what was not in the previous request: a hint for a short way, never the only truth
 * @param removed what was in the previous request and no longer is: likewise
 */
public record NetifRequest(AddressRange range, Set<InetAddress> addresses, Set<InetAddress> added, Set<InetAddress> removed) {

    public NetifRequest {
        Objects.requireNonNull(range, "range");
        addresses = Set.copyOf(addresses);
        added = Set.copyOf(added);
        removed = Set.copyOf(removed);
    }
}
