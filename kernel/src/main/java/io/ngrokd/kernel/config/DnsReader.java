package io.ngrokd.kernel.config;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.kernel.config.DaemonConfig.Dns;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Reads the group {@code dns}. */
final class DnsReader {

    private static final int DNS_PORT = 53;
    private static final int LONGEST_TTL = 86_400;
    private static final int MOST = 1_000_000;

    private DnsReader() {}

    static Dns read(Section dns) {
        return new Dns(
                dns.value("enabled", Boolean::valueOf).map(any -> dns.flag("enabled", false)),
                each(dns, "listen", DnsReader::address),
                dns.seconds("ttl", 30, 0, LONGEST_TTL),
                each(dns, "upstreams", DnsReader::address),
                each(dns, "zones", DnsReader::zone),
                each(dns, "allow", DnsReader::network),
                dns.integer("rate_limit", 1000, 0, MOST),
                dns.integer("cache_size", 10_000, 0, MOST));
    }

    private static <T> List<T> each(Section dns, String key, Function<String, T> reader) {
        List<T> values = new ArrayList<>();
        for (String text : dns.texts(key, List.of())) {
            try {
                values.add(reader.apply(text.strip()));
            } catch (IllegalArgumentException refused) {
                dns.wrong(key, refused.getMessage());
            }
        }
        return List.copyOf(values);
    }

    private static InetSocketAddress address(String text) {
        HostPort parsed = HostPort.parse(text, DNS_PORT);
        try {
            return new InetSocketAddress(InetAddress.ofLiteral(parsed.host()), parsed.port());
        } catch (IllegalArgumentException aName) {
            throw new IllegalArgumentException("expected an IP address, perhaps with a port, such as 192.168.1.1 or 192.168.1.1:53, found '"
                    + text + "'", aName);
        }
    }

    private static String zone(String text) {
        String zone = (text.endsWith(".") ? text.substring(0, text.length() - 1) : text).toLowerCase(Locale.ROOT);
        if (!zone.matches("[a-z0-9_-]{1,63}([.][a-z0-9_-]{1,63})*") || zone.length() > 253) {
            throw new IllegalArgumentException("expected a domain such as myapp or lab.example.com, found '" + text + "'");
        }
        return zone;
    }

    private static String network(String text) {
        Subnet.parse(text);
        return text;
    }
}
