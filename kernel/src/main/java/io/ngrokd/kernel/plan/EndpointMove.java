package io.ngrokd.kernel.plan;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.reconcile.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * What becomes of an endpoint.
 *
 * @param from where it is to be reached now, {@code ADDRESS:PORT}; empty when nowhere
 * @param to where it would be; empty when nowhere
 * @param cutOff whether its connections would have to end within {@code server.drain_timeout}; otherwise they stay
 * @param connections how many it has now
 * @param reason why it would be nowhere; empty when it would not
 */
public record EndpointMove(
        EndpointKey endpoint, Fate fate, Optional<String> from, Optional<String> to, boolean cutOff, int connections, String reason) {

    /** In a word. */
    public enum Fate {
        /** It stays where it is. */
        KEPT,
        /** It is bound anew, mostly at another place. */
        REBOUND,
        /** It is served from then on. */
        ADDED,
        /** It is not served any more. */
        REMOVED,
        /** It is not served, neither now nor then. */
        UNSERVED;

        /** For programs. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param anew whether everything with an address of its own is taken down in between, as when another backend makes addresses
     * @param connections how many an endpoint has now
     */
    public static List<EndpointMove> between(Desired before, Desired after, boolean anew, ToIntFunction<EndpointKey> connections) {
        SortedMap<EndpointKey, Allocation> was = anew ? before.without(Desired.VIRTUAL).allocations() : before.allocations();
        Difference difference = Difference.between(was, after.allocations());
        SortedSet<EndpointKey> all = new TreeSet<>(before.allocations().keySet());
        all.addAll(after.allocations().keySet());
        all.addAll(after.unallocated().keySet());
        SortedSet<EndpointKey> cutOff = difference.cutOff(was, after.allocations());
        List<EndpointMove> moves = new ArrayList<>();
        for (EndpointKey key : all) {
            Optional<String> from = place(before.allocations(), key);
            Optional<String> to = place(after.allocations(), key);
            boolean kept = difference.kept().containsKey(key);
            boolean cut = from.isPresent() && !kept && (cutOff.contains(key) || !was.containsKey(key));
            Fate fate = kept ? Fate.KEPT : from.isPresent() ? to.isPresent() ? Fate.REBOUND : Fate.REMOVED
                    : to.isPresent() ? Fate.ADDED : Fate.UNSERVED;
            moves.add(new EndpointMove(key, fate, from, to, cut, connections.applyAsInt(key),
                    Optional.ofNullable(after.unallocated().get(key)).map(StageFailure::message).orElse("")));
        }
        return moves;
    }

    private static Optional<String> place(Map<EndpointKey, Allocation> allocations, EndpointKey key) {
        return Optional.ofNullable(allocations.get(key)).map(at -> at.address().getHostAddress() + ":" + at.port());
    }
}
