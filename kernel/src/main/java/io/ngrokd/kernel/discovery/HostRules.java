package io.ngrokd.kernel.discovery;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which hosts may be given a name on this machine. The API's word is not enough: a host that is no legal name would
 * break the hosts file, and one that this machine or the daemon itself relies on would be hijacked.
 */
public final class HostRules {

    private static final Set<String> SPECIAL = Set.of(
            "localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", "ip6-localnet", "ip6-mcastprefix", "ip6-allnodes",
            "ip6-allrouters", "ip6-allhosts", "broadcasthost", "wpad");
    private static final int LONGEST_NAME = 253;
    private static final int LONGEST_LABEL = 63;

    private final Set<String> ownNames;

    /**
     * @param ownNames names that must keep their meaning: this machine's, the API's, the ingress's and the proxy's host
     */
    public HostRules(Set<String> ownNames) {
        this.ownNames = new TreeSet<>();
        ownNames.forEach(name -> this.ownNames.add(name.toLowerCase(Locale.ROOT)));
    }

    /** Why the host may not be served; empty when it may. */
    public Optional<String> objection(String host) {
        boolean wildcard = host.startsWith("*.");
        String name = (wildcard ? host.substring(2) : host).toLowerCase(Locale.ROOT);
        Optional<String> illegal = illegal(name);
        return illegal.isPresent() ? illegal : hijack(name, wildcard);
    }

    private static Optional<String> illegal(String name) {
        if (name.isEmpty()) {
            return Optional.of("the host is empty");
        }
        if (name.length() > LONGEST_NAME) {
            return Optional.of("the host is longer than 253 bytes");
        }
        for (String label : name.split("\\.", -1)) {
            if (label.isEmpty()) {
                return Optional.of("the host has an empty label");
            }
            if (label.length() > LONGEST_LABEL) {
                return Optional.of("the host has a label longer than 63 bytes");
            }
            if (label.startsWith("-") || label.endsWith("-")) {
                return Optional.of("the host has a label that begins or ends with '-'");
            }
            for (int index = 0; index < label.length(); index++) {
                char c = label.charAt(index);
                if (c == '*') {
                    return Optional.of("a wildcard may stand only at the beginning, as in *.example.com");
                }
                if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_')) {
                    return Optional.of("the host has " + describe(c) + ", which no host name may have");
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> hijack(String name, boolean wildcard) {
        if (isAddress(name)) {
            return Optional.of("the host is an IP address, not a name");
        }
        if (SPECIAL.contains(name) || name.endsWith(".localhost") || name.startsWith("wpad.")) {
            return Optional.of("'" + name + "' has a meaning of its own on every machine and would be hijacked");
        }
        for (String own : ownNames) {
            if (wildcard ? own.endsWith("." + name) : own.equals(name)) {
                return Optional.of("it would hijack '" + own + "', which this machine or ngrokd itself relies on");
            }
        }
        return Optional.empty();
    }

    private static boolean isAddress(String name) {
        try {
            InetAddress.ofLiteral(name);
            return true;
        } catch (IllegalArgumentException aName) {
            // Old resolvers read 127.1 and 2130706433 as addresses too.
            return name.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
        }
    }

    private static String describe(char c) {
        return switch (c) {
            case ' ' -> "a space";
            case '\n', '\r' -> "a line break";
            case '\t' -> "a tab";
            default -> c > ' ' && c < 127 ? "'" + c + "'" : String.format("the character U+%04X", (int) c);
        };
    }
}
