package io.ngrokd.plugin.dns.macos;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the output of {@code scutil --dns}.
 *
 * <pre>
 * DNS configuration
 *
 * resolver #1
 *   search domain[0] : home
 *   nameserver[0] : 192.168.1.1
 *   if_index : 6 (en0)
 *
 * resolver #2
 *   domain   : local
 *   options  : mdns
 *
 * DNS configuration (for scoped queries)
 * ...
 * </pre>
 *
 * <p>The servers of this machine are those of the first resolver of the first section, unless it is one for a domain; those
 * behind it are for single domains, those of the second section for programs that chose an interface.
 */
final class ScutilDns {

    private static final Logger LOG = LoggerFactory.getLogger(ScutilDns.class);
    private static final String HEADER = "DNS configuration";
    private static final Pattern RESOLVER = Pattern.compile("resolver #(\\d+)");
    private static final Pattern FIELD = Pattern.compile("  +([a-z_ ]+?)(?:\\[\\d+])? *: (.*)");

    private ScutilDns() {}

    /**
     * The servers, best first; empty when the machine has none now.
     *
     * @throws IllegalArgumentException when that is not what scutil prints
     */
    static List<InetSocketAddress> servers(String output) {
        List<String> lines = output.lines().map(String::stripTrailing).filter(line -> !line.isEmpty()).toList();
        if (lines.isEmpty() || lines.getFirst().equals("No DNS configuration available")) {
            return List.of();
        }
        if (!lines.getFirst().equals(HEADER)) {
            throw new IllegalArgumentException("the first line is '" + lines.getFirst() + "', not '" + HEADER + "'");
        }
        if (lines.size() == 1 || lines.get(1).startsWith(HEADER)) {
            return List.of();
        }
        Matcher first = RESOLVER.matcher(lines.get(1));
        if (!first.matches() || !first.group(1).equals("1")) {
            throw new IllegalArgumentException("the second line is '" + lines.get(1) + "', not 'resolver #1'");
        }
        return firstResolver(lines.subList(2, lines.size()));
    }

    private static List<InetSocketAddress> firstResolver(List<String> lines) {
        List<String> addresses = new ArrayList<>();
        int port = 53;
        for (String line : lines) {
            if (line.startsWith(HEADER) || RESOLVER.matcher(line).matches()) {
                break;
            }
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                throw new IllegalArgumentException("'" + line + "' is no line of a resolver");
            }
            String value = field.group(2).strip();
            switch (field.group(1)) {
                case "domain" -> {
                    return List.of();
                }
                case "nameserver" -> addresses.add(value);
                case "port" -> port = Integer.parseInt(value);
                default -> { }
            }
        }
        List<InetSocketAddress> servers = new ArrayList<>();
        for (String address : addresses) {
            try {
                servers.add(new InetSocketAddress(InetAddress.ofLiteral(address), port));
            } catch (IllegalArgumentException unusable) {
                // Such as fe80::1%en7 when en7 has gone in this moment.
                LOG.info("A name server of this machine cannot be used address={} reason=\"{}\"", address, unusable.getMessage());
            }
        }
        return List.copyOf(servers);
    }
}
