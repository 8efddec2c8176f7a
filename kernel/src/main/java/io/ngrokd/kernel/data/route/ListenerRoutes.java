package io.ngrokd.kernel.data.route;

import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The endpoints behind one listener. An exclusive listener has one, which gets whatever arrives there. A shared one has
 * any number, and the name that the client asks for decides, exact before wildcard, longer wildcard first; that holds
 * even while there is only one, because clients of others that are gone may still come.
 */
public final class ListenerRoutes {

    private final List<Route> all;
    private final boolean exclusive;
    private final Map<String, Route> exact = new HashMap<>();
    private final List<Route> wildcards = new ArrayList<>();

    ListenerRoutes(List<Route> routes, boolean exclusive) {
        all = List.copyOf(routes);
        this.exclusive = exclusive && all.size() == 1;
        for (Route route : all) {
            if (route.key().isWildcard()) {
                wildcards.add(route);
            } else {
                exact.put(route.key().host(), route);
            }
        }
        wildcards.sort(Comparator.comparingInt((Route route) -> route.key().host().length()).reversed());
    }

    /** The endpoint that owns the whole listener; empty when it is a shared one, however few share it. */
    public Optional<Route> sole() {
        return exclusive ? Optional.of(all.getFirst()) : Optional.empty();
    }

    /**
     * The endpoint of connections that are new, when there is no need to look at what they say: the one that owns the
     * listener, or a tcp endpoint that is alone at a shared one. Nothing names a tcp endpoint; without this it could not
     * be reached in shared mode at all.
     */
    public Optional<Route> unasked() {
        boolean lonelyTcp = all.size() == 1 && all.getFirst().protocol() == Protocol.TCP;
        return lonelyTcp ? Optional.of(all.getFirst()) : sole();
    }

    /** Whether the endpoint is behind this listener. */
    public boolean holds(EndpointKey key) {
        return all.stream().anyMatch(route -> route.key().equals(key));
    }

    /** The endpoint for a TLS server name (normalized, see {@link ServerNames}). */
    public Optional<Route> bySni(String name) {
        return find(name, Route::speaksTls);
    }

    /** The endpoint for the Host of a plain HTTP request (normalized, without a port). */
    public Optional<Route> byHost(String name) {
        return find(name, Route::speaksHttp);
    }

    /**
     * The endpoint of a TLS client that names none: the only one here that speaks TLS, if there is exactly one.
     */
    public Optional<Route> onlyTls() {
        List<Route> speakers = all.stream().filter(Route::speaksTls).limit(2).toList();
        return speakers.size() == 1 ? Optional.of(speakers.getFirst()) : Optional.empty();
    }

    /** The hosts and wildcards here that plain HTTP can be asked for, in order. */
    public List<String> httpHosts() {
        return all.stream().filter(Route::speaksHttp).map(route -> route.key().host()).sorted().toList();
    }

    private Optional<Route> find(String name, Predicate<Route> suitable) {
        Route route = exact.get(name);
        if (route != null) {
            return suitable.test(route) ? Optional.of(route) : Optional.empty();
        }
        return wildcards.stream().filter(suitable).filter(wildcard -> wildcard.covers(name)).findFirst();
    }
}
