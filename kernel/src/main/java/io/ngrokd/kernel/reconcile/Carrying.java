package io.ngrokd.kernel.reconcile;

import io.ngrokd.api.endpoint.Listener;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who listens in whose place. A listener on all addresses takes what comes to any of them, and beside it the system lets nobody
 * listen on a single address at the same port: such listeners are carried by that one.
 */
public final class Carrying {

    private Carrying() {}

    /**
     * @param listenerId whose connections they are
     * @param address the address that tells them
     * @param carrierId the listener that accepts them, at the same port
     */
    public record Carry(String listenerId, InetAddress address, String carrierId) {}

    /** All that may be carried, given that the listeners on all addresses have the ports that they want. */
    public static List<Carry> of(Collection<Listener> listeners) {
        Map<Integer, Listener> carriers = new TreeMap<>();
        listeners.stream().filter(listener -> listener.address().isAnyLocalAddress())
                .forEach(listener -> carriers.put(listener.port(), listener));
        List<Carry> carried = new ArrayList<>();
        for (Listener listener : listeners) {
            Listener carrier = carriers.get(listener.port());
            if (carrier != null && !listener.address().isAnyLocalAddress()) {
                carried.add(new Carry(listener.id(), listener.address(), carrier.id()));
            }
        }
        return List.copyOf(carried);
    }
}
