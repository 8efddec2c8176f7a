package io.ngrokd.plugin.dns.server.serve;

import io.ngrokd.api.endpoint.Subnet;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;

/**
 * Who asks. Immutable, for any number of threads.
 *
 * @param ours whether an address is one of this machine's own
 * @param friends further networks whose clients may ask for names that are not ours
 */
public record Clients(Predicate<InetAddress> ours, List<Subnet> friends) {

    public Clients {
        friends = List.copyOf(friends);
    }

    /** Whether the client is on this machine. */
    public boolean isOurs(InetAddress client) {
        return ours.test(client);
    }

    /** Whether names that are not ours are looked up for the client. */
    public boolean mayRecurse(InetAddress client) {
        return client.isLoopbackAddress() || client.isLinkLocalAddress() || isPrivate(client.getAddress())
                || friends.stream().anyMatch(network -> network.contains(client)) || isOurs(client);
    }

    private static boolean isPrivate(byte[] address) {
        int first = address[0] & 0xff;
        int second = address[1] & 0xff;
        if (address.length == 16) {
            return (first & 0xfe) == 0xfc;
        }
        return first == 10 || first == 172 && (second & 0xf0) == 16 || first == 192 && second == 168 || first == 100 && (second & 0xc0) == 64;
    }

    /** What counts as one client: an IPv4 address, or the network of 64 bits that an IPv6 address is in. */
    static long identity(InetAddress client) {
        byte[] address = client.getAddress();
        long identity = client instanceof Inet6Address ? 1 : 0;
        for (int index = 0; index < Math.min(8, address.length); index++) {
            identity = identity << 8 | address[index] & 0xff;
        }
        return identity;
    }
}
