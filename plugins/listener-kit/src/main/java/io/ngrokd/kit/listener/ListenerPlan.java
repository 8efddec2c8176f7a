package io.ngrokd.kit.listener;

import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.event.Change;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;

/**
 * What {@link ListenerKeeper} would open and close. Binds nothing: who has a port is looked up, where the system tells; what this
 * process has itself is no obstacle, for the kernel closes before it opens.
 */
final class ListenerPlan {

    private final PortHolders holders;
    private final LowPorts lowPorts;
    private final IntUnaryOperator firstOther;

    ListenerPlan(PortHolders holders, LowPorts lowPorts, IntUnaryOperator firstOther) {
        this.holders = holders;
        this.lowPorts = lowPorts;
        this.firstOther = firstOther;
    }

    /**
     * @param accepting where listeners accept now, by id; those that are to be closed are not wanted any more at their place
     */
    List<Change> compare(List<Listener> wanted, Map<String, At> accepting) {
        Map<String, Listener> byId = new HashMap<>();
        wanted.forEach(listener -> byId.put(listener.id(), listener));
        List<Change> changes = new ArrayList<>();
        accepting.entrySet().stream().sorted(Comparator.comparing(entry -> text(entry.getValue().local())))
                .filter(entry -> !entry.getValue().serves(byId.get(entry.getKey())))
                .forEach(entry -> changes.add(Change.remove(Change.LISTENER, text(entry.getValue().local()))));
        PortSearch search = new PortSearch(null, holders, firstOther, wanted);
        search.skip(accepting.values().stream().map(At::local).toList());
        for (Listener listener : wanted) {
            At now = accepting.get(listener.id());
            if (now == null || !now.serves(listener)) {
                changes.add(opening(listener, search));
            } else if (now.isElsewhere() && holders.canTell() && holder(listener.address(), listener.port()).isEmpty()) {
                changes.add(Change.remove(Change.LISTENER, text(now.local())));
                changes.add(Change.add(Change.LISTENER, text(listener.address(), listener.port())).noted("its own port is free again"));
            }
        }
        return changes;
    }

    /**
     * Where a listener accepts.
     *
     * @param listener as it was wanted when it was opened
     */
    record At(Listener listener, InetSocketAddress local) {

        boolean serves(Listener wanted) {
            return wanted != null && wanted.port() == listener.port() && wanted.address().equals(listener.address());
        }

        boolean isElsewhere() {
            return local.getPort() != listener.port();
        }
    }

    private Change opening(Listener listener, PortSearch search) {
        String place = text(listener.address(), listener.port());
        if (lowPorts.isForbidden(listener.port())) {
            return Change.blocked(Change.LISTENER, place, BindFailure.LOW_PORT_FORBIDDEN
                    .describe(listener.address(), listener.port(), new IllegalStateException()).message());
        }
        Optional<String> holder = holder(listener.address(), listener.port());
        if (holder.isEmpty()) {
            return Change.add(Change.LISTENER, place);
        }
        String why = "port " + listener.port() + " of " + listener.address().getHostAddress() + " is held by " + holder.get();
        OptionalInt other = other(listener, search);
        return other.isPresent()
                ? Change.add(Change.LISTENER, text(listener.address(), other.getAsInt())).noted(why + "; " + other.getAsInt() + " until it is free")
                : Change.blocked(Change.LISTENER, place, why + ", and the others that would be tried are taken too");
    }

    private OptionalInt other(Listener listener, PortSearch search) {
        int tried = 0;
        for (int port = firstOther.applyAsInt(listener.port()); tried < PortSearch.FURTHER_PORTS && port <= PortSearch.LAST_PORT; port++) {
            if (!search.isWanted(listener.address(), port) && search.mayTry(listener.address(), port)) {
                tried++;
                if (holder(listener.address(), port).isEmpty()) {
                    return OptionalInt.of(port);
                }
            }
        }
        return OptionalInt.empty();
    }

    private Optional<String> holder(InetAddress address, int port) {
        return holders.holder(address, port).filter(who -> !who.startsWith(PortHolders.OURSELVES));
    }

    private static String text(InetSocketAddress place) {
        return text(place.getAddress(), place.getPort());
    }

    private static String text(InetAddress address, int port) {
        return address.getHostAddress() + ":" + port;
    }
}
