package io.ngrokd.plugin.netif.linux.netlink;

import io.ngrokd.api.endpoint.Subnet;
import java.util.Objects;

/**
 * An IPv4 route of the main table.
 *
 * @param destination where it leads
 * @param link the index of the interface that it leaves by (the first of several)
 */
public record Route(Subnet destination, int link) {

    public Route {
        Objects.requireNonNull(destination, "destination");
    }
}
