package io.ngrokd.kernel.data.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** All listeners and the endpoints behind each. Immutable; a change is a new table. */
public final class RouteTable {

    private static final RouteTable EMPTY = new Builder().build();

    private final Map<String, ListenerRoutes> listeners;

    private RouteTable(Map<String, ListenerRoutes> listeners) {
        this.listeners = Map.copyOf(listeners);
    }

    /** A table without listeners. */
    public static RouteTable empty() {
        return EMPTY;
    }

    /** Starts a new table. */
    public static Builder builder() {
        return new Builder();
    }

    /** What is behind a listener; empty when nothing is, or no longer. */
    public Optional<ListenerRoutes> listener(String id) {
        return Optional.ofNullable(listeners.get(id));
    }

    /** Collects routes; not thread-safe. */
    public static final class Builder {

        private final Map<String, List<Route>> routes = new HashMap<>();
        private final Set<String> exclusive = new HashSet<>();

        private Builder() {}

        /**
         * Puts an endpoint behind a listener.
         *
         * @param alone whether the listener is there for this endpoint only. That a listener has one endpoint does not
         *     say so: a shared one may have had others, whose clients still come
         */
        public Builder add(String listenerId, boolean alone, Route route) {
            Objects.requireNonNull(route, "route");
            if (alone) {
                exclusive.add(listenerId);
            }
            routes.computeIfAbsent(listenerId, id -> new ArrayList<>()).add(route);
            return this;
        }

        /** The finished table. */
        public RouteTable build() {
            Map<String, ListenerRoutes> listeners = new HashMap<>();
            routes.forEach((id, list) -> listeners.put(id, new ListenerRoutes(list, exclusive.contains(id))));
            return new RouteTable(listeners);
        }
    }
}
