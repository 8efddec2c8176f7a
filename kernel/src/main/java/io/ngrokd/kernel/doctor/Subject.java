package io.ngrokd.kernel.doctor;

import io.ngrokd.kernel.config.Nearest;
import io.ngrokd.kernel.discovery.Refusal;
import io.ngrokd.kernel.status.DaemonStatus;
import io.ngrokd.kernel.status.EndpointStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a name means.
 *
 * @param name as it was asked for
 * @param host a name that can be looked up: for a wildcard one below it
 * @param endpoint the endpoint; empty when there is none
 * @param refusal the endpoint that ngrok lists under this name and that is not served
 * @param rivals further endpoints of this name, {@code host:port}
 * @param nearest names that it may have been meant to be
 */
record Subject(
        String name, String host, Optional<EndpointStatus> endpoint, Optional<Refusal> refusal, List<String> rivals, List<String> nearest) {

    private static final int MOST_NEAREST = 3;
    private static final String LIKE_A_NAME = "[a-z0-9._-]{1,253}";
    /** Typing errors in longer ones are nothing that people make. */
    private static final int LONGEST_MISTYPED = 100;
    /** Stands in for the names that a wildcard is for. */
    private static final String BELOW = "ngrokd-doctor.";

    /** Finds it: host, host:port or URL; a host may be one below a wildcard, of which the longest counts. */
    static Subject find(String name, DaemonStatus now) {
        String plain = name.strip().toLowerCase(Locale.ROOT).replaceFirst("^[a-z0-9+.-]+://", "").replaceFirst("[/?#].*$", "");
        Optional<Integer> port = port(plain).or(() -> schemePort(name));
        String host = plain.replaceFirst(":\\d+$", "").replaceFirst("\\.$", "");
        List<EndpointStatus> found = now.endpoints().values().stream()
                .filter(endpoint -> endpoint.endpoint().host().equals(host))
                .filter(endpoint -> port.isEmpty() || port.get() == endpoint.endpoint().port()).toList();
        // It becomes part of requests: what could not be a name is none.
        if (found.isEmpty() && host.matches(LIKE_A_NAME)) {
            found = below(host, port, now);
        }
        if (found.isEmpty()) {
            Optional<Refusal> refusal = now.refused().stream().filter(each -> each.url().equalsIgnoreCase(name.strip())
                    || each.url().toLowerCase(Locale.ROOT).replaceFirst("^[a-z0-9+.-]+://", "").replaceFirst("[:/].*$", "").equals(host)).findFirst();
            return new Subject(name, host, Optional.empty(), refusal, List.of(), nearest(host, now));
        }
        return new Subject(name, host.startsWith("*.") ? BELOW + host.substring(2) : host, Optional.of(found.getFirst()), Optional.empty(),
                found.stream().skip(1).map(endpoint -> endpoint.endpoint().key().toString()).toList(), List.of());
    }

    private static Optional<Integer> port(String plain) {
        return plain.matches(".*:\\d{1,5}") ? Optional.of(Integer.valueOf(plain.substring(plain.lastIndexOf(':') + 1))) : Optional.empty();
    }

    private static Optional<Integer> schemePort(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        if (lower.startsWith("http://")) {
            return Optional.of(80);
        }
        return lower.startsWith("https://") || lower.startsWith("tls://") ? Optional.of(443) : Optional.empty();
    }

    private static List<EndpointStatus> below(String host, Optional<Integer> port, DaemonStatus now) {
        List<EndpointStatus> covering = now.endpoints().values().stream().filter(endpoint -> endpoint.endpoint().key().isWildcard())
                .filter(endpoint -> host.endsWith(endpoint.endpoint().host().substring(1)))
                .filter(endpoint -> port.isEmpty() || port.get() == endpoint.endpoint().port())
                .sorted(Comparator.comparingInt((EndpointStatus endpoint) -> endpoint.endpoint().host().length()).reversed()).toList();
        return covering.stream().filter(endpoint -> endpoint.endpoint().host().equals(covering.getFirst().endpoint().host())).toList();
    }

    private static List<String> nearest(String host, DaemonStatus now) {
        TreeSet<String> hosts = new TreeSet<>();
        now.endpoints().values().forEach(endpoint -> hosts.add(endpoint.endpoint().host()));
        if (hosts.contains(host)) {
            // The port is what is wrong.
            return now.endpoints().values().stream().filter(endpoint -> endpoint.endpoint().host().equals(host))
                    .map(endpoint -> endpoint.endpoint().key().toString()).limit(MOST_NEAREST).toList();
        }
        List<String> nearest = new ArrayList<>(host.length() > LONGEST_MISTYPED ? List.of() : Nearest.several(host, hosts, MOST_NEAREST));
        hosts.stream().filter(other -> host.length() > 2 && other.contains(host) && !nearest.contains(other)).limit(MOST_NEAREST).forEach(nearest::add);
        return nearest.stream().limit(MOST_NEAREST).toList();
    }
}
