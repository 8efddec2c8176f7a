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
 * @param label the interface's name, or that followed by a colon and a mark
 */
public record LinkAddress(int link, Inet4Address address, int prefixLength, int scope, String label) {

    /** Valid everywhere. */
    public static final int SCOPE_GLOBAL = 0;
    /** Valid inside this machine: never chosen as the source of a packet that leaves it. */
    public static final int SCOPE_HOST = 254;

    public LinkAddress {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(label, "label");
    }
}
