package io.ngrokd.kernel.names;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedSet;
import java.util.random.RandomGenerator;

/**
 * Names that nobody can know but our DNS server: whoever looks one up and gets the answer has reached it.
 *
 * @param domain one of our domains, which the names are below
 * @param label the names' own part
 * @param answer what they resolve to; a loopback address, so that nobody else's is named
 */
public record DnsProbe(String domain, String label, InetAddress answer) {

    /** A name has at most 253 characters, and ours need some of them. */
    private static final int LONGEST_DOMAIN = 200;

    /** A new one below the shortest of the domains; empty when all of them are too long for a name below them. */
    public static Optional<DnsProbe> below(SortedSet<String> domains, RandomGenerator random) {
        return shortest(domains).map(domain ->
                new DnsProbe(domain, "ngrokd-probe-" + HexFormat.of().toHexDigits(random.nextInt()), address(random)));
    }

    /** Whether this one would do for these domains. */
    public boolean suits(SortedSet<String> domains) {
        return shortest(domains).filter(domain::equals).isPresent();
    }

    /** What the DNS server must know. */
    public String wildcard() {
        return "*." + label + "." + domain;
    }

    /** A name that nobody has looked up yet, so that no cache knows it. */
    public String freshName(RandomGenerator random) {
        return HexFormat.of().toHexDigits(random.nextLong()) + "." + label + "." + domain;
    }

    private static Optional<String> shortest(SortedSet<String> domains) {
        return domains.stream().filter(domain -> domain.length() <= LONGEST_DOMAIN)
                .min((one, other) -> one.length() == other.length() ? one.compareTo(other) : one.length() - other.length());
    }

    private static InetAddress address(RandomGenerator random) {
        byte[] bytes = {127, (byte) random.nextInt(1, 255), (byte) random.nextInt(1, 255), (byte) random.nextInt(1, 255)};
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalStateException(wrongLength);
        }
    }
}
