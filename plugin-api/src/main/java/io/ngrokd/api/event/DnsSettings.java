package io.ngrokd.api.event;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * How the DNS server behaves. Values that no name depends on.
 *
 * @param ttl how long an answer of ours may be kept, 0 to 86400 s
 * @param upstreams where questions for names that are not ours go, in this order; never ourselves. Empty when there is nobody to
 *     ask: such questions are answered with SERVFAIL
 * @param zones domains that are wholly ours: a name there that is no endpoint does not exist (NXDOMAIN) and is never asked upstream;
 *     lower case, without a trailing dot
 * @param recursionFor networks in CIDR form whose clients may ask for names that are not ours, besides private, link-local and
 *     loopback ones
 * @param queriesPerSecond how many questions one client may ask in a second before the rest is dropped, 1 to 1000000; 0 is no limit.
 *     Clients on this machine are not counted
 * @param cacheEntries the most answers from upstream that are kept, 0 to 1000000; 0 switches the cache off
 */
public record DnsSettings(
        Duration ttl, List<InetSocketAddress> upstreams, List<String> zones, List<String> recursionFor, int queriesPerSecond,
        int cacheEntries) {

    public DnsSettings {
        upstreams = List.copyOf(upstreams);
        zones = List.copyOf(zones);
        recursionFor = List.copyOf(recursionFor);
    }
}
