package io.ngrokd.kernel.stage;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.kernel.reconcile.Desired;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Addresses of removed endpoints that still have connections: taking the address away would cut them, so it stays until
 * they have ended or their time is up.
 */
final class Lingering {

    private record Stay(InetAddress address, long deadlineNanos) {}

    private final DataPlaneRoutes routes;
    private final Map<EndpointKey, Stay> stays = new HashMap<>();

    Lingering(DataPlaneRoutes routes) {
        this.routes = routes;
    }

    void keep(Set<EndpointKey> removed, Map<EndpointKey, Allocation> places, Duration limit) {
        for (EndpointKey key : removed) {
            Allocation place = places.get(key);
            if (place != null && place.mode().equals(Desired.VIRTUAL) && routes.connections(key) > 0) {
                stays.put(key, new Stay(place.address(), System.nanoTime() + limit.toNanos()));
            }
        }
    }

    /** The addresses that must stay for now. */
    Set<InetAddress> addresses() {
        long now = System.nanoTime();
        stays.entrySet().removeIf(stay -> routes.connections(stay.getKey()) == 0 || stay.getValue().deadlineNanos() - now <= 0);
        Set<InetAddress> addresses = new HashSet<>();
        stays.values().forEach(stay -> addresses.add(stay.address()));
        return addresses;
    }

    boolean any() {
        return !addresses().isEmpty();
    }
}
