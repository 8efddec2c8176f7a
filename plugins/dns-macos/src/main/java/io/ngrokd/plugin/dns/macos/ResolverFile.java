package io.ngrokd.plugin.dns.macos;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;

/** The format of the files in {@code /etc/resolver}: a keyword and its value on each line, {@code #} begins a comment. */
final class ResolverFile {

    /** The first line of every file of ours, and of no other. */
    static final String MARK = "# Made by ngrokd, which keeps this file as it is and deletes it when it ends.";

    /** Seconds that macOS gives a lookup in all. */
    private static final int TIMEOUT = 5;

    private ResolverFile() {}

    /** What a file of ours says. Without {@code domain} the file's name is the domain. */
    static String content(InetSocketAddress server) {
        return MARK + "\n"
                + "nameserver " + server.getAddress().getHostAddress() + "\n"
                + "port " + server.getPort() + "\n"
                // Before others for the same domain, which a VPN may have made without a file.
                + "search_order 1\n"
                + "timeout " + TIMEOUT + "\n";
    }

    static boolean isOurs(String content) {
        return content.startsWith(MARK + "\n");
    }

    /**
     * The domain that a file is about, in lower case: its {@code domain} line, else its name. Empty when the file is about
     * none, because it says nothing that macOS knows.
     */
    static Optional<String> domain(String name, String content) {
        boolean says = false;
        for (String line : content.lines().toList()) {
            String[] words = line.split("[ \t]+");
            if (words.length < 2 || words[0].isEmpty()) {
                continue;
            }
            switch (words[0].toLowerCase(Locale.ROOT)) {
                case "domain" -> {
                    return Optional.of(canonical(words[1]));
                }
                case "nameserver", "port", "search", "search_order", "sortlist", "timeout", "options" -> says = true;
                default -> { }
            }
        }
        return says ? Optional.of(canonical(name)) : Optional.empty();
    }

    private static String canonical(String domain) {
        String lower = domain.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
