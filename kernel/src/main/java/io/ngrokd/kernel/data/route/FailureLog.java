package io.ngrokd.kernel.data.route;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of connections and requests that could not be served: every one is counted, but of the same cause at the same
 * endpoint only one line in ten seconds is logged, so that a client in a retry loop does not fill the disk.
 */
public final class FailureLog {

    private static final Logger LOG = LoggerFactory.getLogger(FailureLog.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_KINDS = 4096;

    private final LongSupplier nanoClock;
    private final Map<Kind, Seen> kinds = new ConcurrentHashMap<>();

    private record Kind(String endpoint, String cause) {}

    private record Seen(long loggedAt, long unlogged, boolean due) {}

    /** A log on the system's clock. */
    public FailureLog() {
        this(System::nanoTime);
    }

    FailureLog(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * Counts a failure and logs it when it is time to; true when a line was written.
     *
     * @param cause a short code in capitals
     * @param message a sentence for people, without a full stop
     */
    public boolean report(Route route, String cause, String message) {
        route.traffic().failed(cause, message);
        if (kinds.size() > MOST_KINDS) {
            kinds.clear();
        }
        Seen seen = kinds.compute(new Kind(route.key().toString(), cause), (kind, before) -> next(before));
        if (seen.due()) {
            LOG.warn("A client could not be served: {}. endpoint={} cause={} unlogged={}",
                    message, route.key(), cause, seen.unlogged());
        }
        return seen.due();
    }

    private Seen next(Seen before) {
        long now = nanoClock.getAsLong();
        if (before == null) {
            return new Seen(now, 0, true);
        }
        // A line tells how many were kept back since the line before it.
        long keptBack = before.due() ? 0 : before.unlogged();
        return now - before.loggedAt() >= QUIET_NANOS
                ? new Seen(now, keptBack, true)
                : new Seen(before.loggedAt(), keptBack + 1, false);
    }
}
