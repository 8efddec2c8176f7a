package io.ngrokd.kernel.control.http;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps web pages out: one that a browser of this machine shows can send requests here, and with a name of its own that leads to
 * 127.0.0.1 (DNS rebinding) even read the answers. Such requests have a foreign {@code Host}, {@code Origin} or {@code Referer}.
 */
final class ForeignGuard {

    private static final Set<String> OURS = Set.of("localhost", "127.0.0.1", "::1");

    private final String configured;

    /**
     * @param configured the host that the server was told to listen on
     */
    ForeignGuard(String configured) {
        this.configured = configured;
    }

    /**
     * Looks at a request.
     *
     * @param host the header, null when there is none; likewise the other two
     * @param local the address that the client connected to
     * @return what is foreign; empty when the request may pass
     */
    Optional<String> complaint(String host, String origin, String referer, String local) {
        if (host == null || !isOurs(name(host), local)) {
            return Optional.of("Host");
        }
        if (origin != null && !isSame(origin, host)) {
            return Optional.of("Origin");
        }
        return referer != null && !isSame(referer, host) ? Optional.of("Referer") : Optional.empty();
    }

    private boolean isOurs(String name, String local) {
        return OURS.contains(name) || name.equals(configured.toLowerCase(Locale.ROOT)) || name.equals(local);
    }

    /** The page's own host and port are those that it asks. */
    private static boolean isSame(String url, String host) {
        String start = "http://" + host;
        return url.equalsIgnoreCase(start) || url.regionMatches(true, 0, start + "/", 0, start.length() + 1);
    }

    /** Without the port, and without the brackets around IPv6. */
    private static String name(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[")) {
            int end = name.indexOf(']');
            return end < 0 ? "" : name.substring(1, end);
        }
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }
}
