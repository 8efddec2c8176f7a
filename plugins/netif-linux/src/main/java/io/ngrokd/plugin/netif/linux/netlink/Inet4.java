package io.ngrokd.plugin.netif.linux.netlink;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;

/** Bytes of the kernel as addresses. */
final class Inet4 {

    private Inet4() {}

    static Inet4Address of(byte[] raw) throws IOException {
        if (InetAddress.getByAddress(raw) instanceof Inet4Address address) {
            return address;
        }
        throw new IOException("an IPv4 address of " + raw.length + " bytes came from the kernel");
    }
}
