package io.ngrokd.api.event;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that the DNS server must do: where it listens, and every name of ours that it answers for.
 *
 * @param listen where it listens, over UDP and TCP both; addresses of this machine, never the wildcard address. Empty: nowhere
 * @param names lower case, without a trailing dot, to the addresses of the answer. A wildcard is written {@code *.example.com} and stands
 *     for every name of one or more labels before it; an exact name goes before a wildcard, a longer wildcard before a shorter one.
 *     The wildcard address ({@code 0.0.0.0}) in an answer stands for the address by which the client reached the server
 */
public record DnsRequest(List<InetSocketAddress> listen, SortedMap<String, List<InetAddress>> names, DnsSettings settings) {

    public DnsRequest {
        listen = List.copyOf(listen);
        SortedMap<String, List<InetAddress>> copy = new TreeMap<>();
        names.forEach((name, addresses) -> copy.put(name, List.copyOf(addresses)));
        names = Collections.unmodifiableSortedMap(copy);
        Objects.requireNonNull(settings, "settings");
    }
}
