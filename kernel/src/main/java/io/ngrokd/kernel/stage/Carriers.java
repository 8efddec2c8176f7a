package io.ngrokd.kernel.stage;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Listeners on all addresses, and which of them did not get their port. To try again, the listeners on single addresses must make
 * room for a moment, so that is done ever more seldom.
 */
final class Carriers {

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final int MOST_DOUBLINGS = 4;

    private final LongSupplier nanos;
    private final Map<String, Refused> refused = new HashMap<>();

    private record Refused(int times, long untilNanos) {}

    Carriers() {
        this(System::nanoTime);
    }

    Carriers(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether it is worth trying to have this one carry others. */
    boolean mayCarry(String id) {
        Refused before = refused.get(id);
        return before == null || nanos.getAsLong() - before.untilNanos() >= 0;
    }

    /** Those that are not worth trying now. */
    Set<String> weak() {
        return refused.keySet().stream().filter(id -> !mayCarry(id)).collect(Collectors.toSet());
    }

    /** Whatever was in the way may be gone. */
    void forget() {
        refused.clear();
    }

    /** @param hasItsPort whether it may go on */
    void tried(String id, boolean hasItsPort) {
        if (hasItsPort) {
            refused.remove(id);
            return;
        }
        int times = refused.containsKey(id) ? refused.get(id).times() + 1 : 0;
        refused.put(id, new Refused(times, nanos.getAsLong() + FIRST.multipliedBy(1L << Math.min(times, MOST_DOUBLINGS)).toNanos()));
    }
}
