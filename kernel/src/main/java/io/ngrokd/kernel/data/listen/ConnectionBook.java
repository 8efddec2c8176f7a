package io.ngrokd.kernel.data.listen;

import io.ngrokd.api.endpoint.EndpointKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which connections are open, and for which endpoint. */
final class ConnectionBook {

    private final Set<ClientConnection> all = ConcurrentHashMap.newKeySet();
    private final Map<EndpointKey, Set<ClientConnection>> byEndpoint = new ConcurrentHashMap<>();

    void opened(ClientConnection connection) {
        all.add(connection);
    }

    void assigned(ClientConnection connection, EndpointKey key) {
        byEndpoint.compute(key, (same, before) -> {
            Set<ClientConnection> connections = before == null ? ConcurrentHashMap.newKeySet() : before;
            connections.add(connection);
            return connections;
        });
    }

    void unassigned(ClientConnection connection, EndpointKey key) {
        byEndpoint.computeIfPresent(key, (same, connections) -> {
            connections.remove(connection);
            return connections.isEmpty() ? null : connections;
        });
    }

    void closed(ClientConnection connection) {
        all.remove(connection);
    }

    int open() {
        return all.size();
    }

    int open(EndpointKey key) {
        return byEndpoint.getOrDefault(key, Set.of()).size();
    }

    Collection<ClientConnection> of(EndpointKey key) {
        return List.copyOf(byEndpoint.getOrDefault(key, Set.of()));
    }

    Collection<ClientConnection> everything() {
        return List.copyOf(all);
    }
}
