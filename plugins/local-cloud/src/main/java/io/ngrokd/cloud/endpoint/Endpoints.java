package io.ngrokd.cloud.endpoint;

import io.ngrokd.cloud.config.EndpointConfig;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The endpoints that exist; replaced as a whole, asked from any thread. */
public final class Endpoints {

    private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();
    private volatile EndpointCatalog catalog = EndpointCatalog.EMPTY;

    public synchronized void replace(List<EndpointConfig> configs) {
        catalog = catalog.changedTo(configs);
        turns.clear();
    }

    /** All of them, the highest id first. */
    public List<Endpoint> all() {
        return catalog.all();
    }

    /**
     * The endpoint whose turn it is among those that share the most specific match; one that is offline only when
     * all of them are.
     */
    public Optional<Endpoint> choose(String host, int port, Predicate<Endpoint> visible) {
        List<Endpoint> candidates = catalog.at(plain(host), port).stream().filter(visible).toList();
        List<Endpoint> online = candidates.stream().filter(endpoint -> !endpoint.config().offline()).toList();
        List<Endpoint> pool = online.isEmpty() ? candidates : online;
        if (pool.isEmpty()) {
            return Optional.empty();
        }
        int turn = turns.computeIfAbsent(pool.getFirst().url().toString(), _ -> new AtomicInteger()).getAndIncrement();
        return Optional.of(pool.get(Math.floorMod(turn, pool.size())));
    }

    /** The endpoint host, perhaps a wildcard, that answers for this name. */
    public Optional<String> hostFor(String name) {
        return catalog.hostFor(plain(name));
    }

    private static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
