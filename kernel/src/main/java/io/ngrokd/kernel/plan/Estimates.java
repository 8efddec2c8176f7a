package io.ngrokd.kernel.plan;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.event.Change;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the kernel itself can tell where a backend cannot say: what is wanted and was not, and the other way round. What stands on the
 * machine, it does not know. Pure.
 */
public final class Estimates {

    private Estimates() {}

    /** Of addresses. */
    public static List<Change> addresses(Collection<InetAddress> before, Collection<InetAddress> after) {
        return difference(Change.ADDRESS, texts(before), texts(after));
    }

    /** Of listeners. */
    public static List<Change> listeners(Collection<Listener> before, Collection<Listener> after) {
        return difference(Change.LISTENER, places(before), places(after));
    }

    /** Of names with their addresses. */
    public static List<Change> names(String kind, Map<String, List<InetAddress>> before, Map<String, List<InetAddress>> after) {
        return difference(kind, lines(before), lines(after));
    }

    /** Of anything that is written as words. */
    public static List<Change> difference(String kind, SortedSet<String> before, SortedSet<String> after) {
        List<Change> changes = new ArrayList<>();
        before.stream().filter(line -> !after.contains(line)).forEach(line -> changes.add(Change.remove(kind, line)));
        after.stream().filter(line -> !before.contains(line)).forEach(line -> changes.add(Change.add(kind, line)));
        return changes;
    }

    /** {@code ADDRESS:PORT}. */
    public static String place(Allocation allocation) {
        return place(allocation.address(), allocation.port());
    }

    /** {@code ADDRESS:PORT}. */
    public static String place(InetAddress address, int port) {
        return address.getHostAddress() + ":" + port;
    }

    private static SortedSet<String> texts(Collection<InetAddress> addresses) {
        SortedSet<String> texts = new TreeSet<>();
        addresses.forEach(address -> texts.add(address.getHostAddress()));
        return texts;
    }

    private static SortedSet<String> places(Collection<Listener> listeners) {
        SortedSet<String> places = new TreeSet<>();
        listeners.forEach(listener -> places.add(place(listener.address(), listener.port())));
        return places;
    }

    private static SortedSet<String> lines(Map<String, List<InetAddress>> names) {
        SortedSet<String> lines = new TreeSet<>();
        names.forEach((name, addresses) -> addresses.forEach(address -> lines.add(address.getHostAddress() + " " + name)));
        return lines;
    }
}
