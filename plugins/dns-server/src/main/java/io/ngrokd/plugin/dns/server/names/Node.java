package io.ngrokd.plugin.dns.server.names;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** What is known of one name; of a name above others of ours perhaps only that it is there. */
final class Node {

    private static final byte[][] NONE = {};

    final byte[] name;
    final int hash;
    /** Addresses of the exact name; null when it is no endpoint. */
    byte[][] exact;
    /** Addresses of all names below; null when it is no wildcard's base. */
    byte[][] wildcard;
    /** Hosts at this address, if the name is one in reverse. */
    byte[][] pointers = NONE;
    boolean zone;

    Node(byte[] name, int hash) {
        this.name = name;
        this.hash = hash;
    }

    boolean hasName(byte[] bytes, int from, int end) {
        return Arrays.equals(name, 0, name.length, bytes, from, end);
    }

    static byte[][] raw(List<InetAddress> addresses) {
        return addresses.stream().map(InetAddress::getAddress).toArray(byte[][]::new);
    }
}
