package io.ngrokd.kernel.data.route;

import io.ngrokd.api.endpoint.Protocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The endpoints behind one listener. One in virtual mode: it gets whatever arrives there. Many in shared mode: the
 * name that the client asks for decides, exact before wildcard, longer wildcard first.
 */
public final class ListenerRoutes {

    private final List<Route> all;
    private final Map<String, Route> exact = new HashMap<>();
    private final List<Route> wildcards = new ArrayList<>();

    ListenerRoutes(List<Route> routes) {
        all = List.copyOf(routes);
        for (Route route : all) {
            if (route.key().isWildcard()) {
                wildcards.add(route);
            } else {
                exact.put(route.key().host(), route);
            }
        }
        wildcards.sort(Comparator.comparingInt((Route route) -> route.key().host().length()).reversed());
    }

    /** The endpoint that owns the whole listener; empty when several share it. */
    public Optional<Route> sole() {
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    /** The endpoint for a TLS server name (normalized, see {@link ServerNames}). */
    public Optional<Route> bySni(String name) {
        return find(name, route -> route.protocol() != Protocol.TCP);
    }

    /** The endpoint for the Host of a plain HTTP request (normalized, without a port). */
    public Optional<Route> byHost(String name) {
        return find(name, Route::speaksHttp);
    }

    /** All endpoints of the listener. */
    public List<Route> all() {
        return all;
    }

    private Optional<Route> find(String name, Predicate<Route> suitable) {
        Route route = exact.get(name);
        if (route != null) {
            return suitable.test(route) ? Optional.of(route) : Optional.empty();
        }
        return wildcards.stream().filter(suitable).filter(wildcard -> wildcard.covers(name)).findFirst();
    }
}
