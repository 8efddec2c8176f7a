package io.ngrokd.kernel.data.route;

import java.net.InetAddress;
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
    private final Map<Carried, String> carried;

    private RouteTable(Map<String, ListenerRoutes> listeners, Map<Carried, String> carried) {
        this.listeners = Map.copyOf(listeners);
        this.carried = Map.copyOf(carried);
    }

    private record Carried(String acceptedBy, InetAddress local) {}

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

    /**
     * The id of the listener that a connection belongs to: the one that accepted it, or another one whose address that one
     * listens on as well, because the system lets no two listen there.
     *
     * @param acceptedBy the id of the listener that accepted the connection
     * @param local the address of this machine that the client connected to
     */
    public String owner(String acceptedBy, InetAddress local) {
        return carried.isEmpty() ? acceptedBy : carried.getOrDefault(new Carried(acceptedBy, local), acceptedBy);
    }

    /** Collects routes; not thread-safe. */
    public static final class Builder {

        private final Map<String, List<Route>> routes = new HashMap<>();
        private final Set<String> exclusive = new HashSet<>();
        private final Map<Carried, String> carried = new HashMap<>();

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

        /**
         * Has one listener serve another's address: 0.0.0.0:80 accepts what comes to 10.107.0.2:80 as well, and there the other
         * one cannot be bound beside it.
         *
         * @param listenerId whose connections they are
         * @param local the address that tells them
         * @param acceptedBy the id of the listener that accepts them
         */
        public Builder carry(String listenerId, InetAddress local, String acceptedBy) {
            carried.put(new Carried(acceptedBy, local), listenerId);
            return this;
        }

        /** The finished table. */
        public RouteTable build() {
            Map<String, ListenerRoutes> listeners = new HashMap<>();
            routes.forEach((id, list) -> listeners.put(id, new ListenerRoutes(list, exclusive.contains(id))));
            return new RouteTable(listeners, carried);
        }
    }
}
