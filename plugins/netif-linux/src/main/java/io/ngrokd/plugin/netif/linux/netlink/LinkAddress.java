package io.ngrokd.plugin.netif.linux.netlink;

import java.net.Inet4Address;
import java.util.Objects;

/**
 * An IPv4 address on an interface.
 *
 * @param link the index of the interface
 * @param address the address
 * @param prefixLength how much of it names the network
 * @param scope how far it means something: one of the constants here
 * @param label the interface's name, or that followed by a colon and a mark; empty for routed ones
 * @param routed whether it is there as a local route of ours only: to sockets and neighbours it is the same, but
 *     {@code ip address} does not show it, and adding many takes the kernel no longer than adding each
 */
public record LinkAddress(int link, Inet4Address address, int prefixLength, int scope, String label, boolean routed) {

    /** Valid everywhere. */
    public static final int SCOPE_GLOBAL = 0;
    /** Valid inside this machine: never chosen as the source of a packet that leaves it. */
    public static final int SCOPE_HOST = 254;

    public LinkAddress {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(label, "label");
    }

    public LinkAddress(int link, Inet4Address address, int prefixLength, int scope, String label) {
        this(link, address, prefixLength, scope, label, false);
    }

    /** The same as a route: a single address, known inside this machine. */
    public LinkAddress asRoute() {
        return new LinkAddress(link, address, 32, SCOPE_HOST, "", true);
    }
}
