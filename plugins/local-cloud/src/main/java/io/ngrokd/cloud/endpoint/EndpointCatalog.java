package io.ngrokd.cloud.endpoint;

import io.ngrokd.cloud.config.EndpointConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** All endpoints at one moment; immutable. */
final class EndpointCatalog {

    static final EndpointCatalog EMPTY = new EndpointCatalog(List.of());

    private final List<Endpoint> all;
    private final Map<String, Endpoint> byId;
    private final Map<String, List<Endpoint>> byHostAndPort;
    private final Map<String, Endpoint> byHost = new HashMap<>();

    private EndpointCatalog(List<Endpoint> endpoints) {
        // Paging goes by id, so that a page stays right when endpoints vanish between two calls.
        this.all = endpoints.stream().sorted(Comparator.comparing(Endpoint::id).reversed()).toList();
        this.byId = endpoints.stream().collect(Collectors.toUnmodifiableMap(Endpoint::id, endpoint -> endpoint));
        this.byHostAndPort = endpoints.stream().collect(Collectors.groupingBy(
                endpoint -> key(endpoint.url().host(), endpoint.url().port())));
        endpoints.forEach(endpoint -> byHost.putIfAbsent(endpoint.url().host(), endpoint));
    }

    /** The same endpoints keep their ids and their time of creation. */
    EndpointCatalog changedTo(List<EndpointConfig> configs) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Map<String, Long> perUrl = configs.stream()
                .collect(Collectors.groupingBy(config -> config.url().toString(), Collectors.counting()));
        Map<String, Integer> counted = new HashMap<>();
        List<Endpoint> endpoints = new ArrayList<>();
        for (EndpointConfig config : configs) {
            String url = config.url().toString();
            int number = counted.merge(url, 1, Integer::sum);
            String id = config.id().orElseGet(() -> derivedId(url, number));
            Endpoint before = byId.get(id);
            boolean same = before != null && before.config().equals(config);
            endpoints.add(new Endpoint(id, config, config.pooling() || perUrl.get(url) > 1,
                    before == null ? now : before.createdAt(), same ? before.updatedAt() : now));
        }
        return new EndpointCatalog(endpoints);
    }

    List<Endpoint> all() {
        return all;
    }

    /** The endpoints of the most specific host that matches, all of the same URL. */
    List<Endpoint> at(String host, int port) {
        List<Endpoint> exact = byHostAndPort.get(key(host, port));
        if (exact != null) {
            return exact;
        }
        for (String pattern = widen(host); pattern != null; pattern = widen(pattern)) {
            List<Endpoint> wild = byHostAndPort.get(key(pattern, port));
            if (wild != null) {
                return wild;
            }
        }
        return List.of();
    }

    /** The host, perhaps a wildcard, of the endpoint that answers for this name on any port. */
    Optional<String> hostFor(String name) {
        for (String pattern = name; pattern != null; pattern = widen(pattern)) {
            if (byHost.containsKey(pattern)) {
                return Optional.of(pattern);
            }
        }
        return Optional.empty();
    }

    /** From a.b.c to *.b.c, from there to *.c; null when nothing wider is left. */
    private static String widen(String pattern) {
        String bare = pattern.startsWith("*.") ? pattern.substring(2) : pattern;
        int dot = bare.indexOf('.');
        return dot < 0 ? null : "*" + bare.substring(dot);
    }

    private static String key(String host, int port) {
        return host + ":" + port;
    }

    private static String derivedId(String url, int number) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((url + "#" + number).getBytes(StandardCharsets.UTF_8));
            return "ep_" + HexFormat.of().formatHex(digest).substring(0, 27);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
