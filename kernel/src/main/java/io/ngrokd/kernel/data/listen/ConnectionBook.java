package io.ngrokd.kernel.data.listen;

import io.ngrokd.api.endpoint.EndpointKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which connections are open, and for which endpoint. Its counts are exact whatever number of event loops write at once:
 * caps are never overrun, and a place is free as soon as its connection is closed.
 */
final class ConnectionBook {

    private final Set<ClientConnection> all = ConcurrentHashMap.newKeySet();
    private final Map<EndpointKey, Set<ClientConnection>> byEndpoint = new ConcurrentHashMap<>();
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private volatile boolean complete;

    /** False when the book is closed: the connection must end. */
    boolean opened(ClientConnection connection) {
        // First the entry, then the look: whoever closes the book and reads it afterwards finds what was let in before.
        all.add(connection);
        return !complete;
    }

    /** No more connections from now on. */
    void close() {
        complete = true;
    }

    /** Takes one of so many places, of which 0 means any number; false when there is none. */
    boolean admit(int max) {
        return take(admitted, max == 0 ? Integer.MAX_VALUE : max);
    }

    /** Gives that place back. */
    void leave() {
        admitted.decrementAndGet();
    }

    /** Likewise for those who are told that there is no place. */
    boolean mayTell(int max) {
        return take(told, max);
    }

    void told() {
        told.decrementAndGet();
    }

    /** Takes one of the endpoint's places, of which 0 means any number; false when there is none. */
    boolean assigned(ClientConnection connection, EndpointKey key, int max) {
        boolean[] taken = {false};
        byEndpoint.compute(key, (same, before) -> {
            Set<ClientConnection> connections = before == null ? ConcurrentHashMap.newKeySet() : before;
            if (max == 0 || connections.size() < max) {
                taken[0] = true;
                connections.add(connection);
            }
            return connections;
        });
        return taken[0];
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

    private static boolean take(AtomicInteger places, int max) {
        return places.getAndUpdate(taken -> taken < max ? taken + 1 : taken) < max;
    }
}
