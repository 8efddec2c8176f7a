package io.ngrokd.kernel.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hops in the order of the way. They are looked at together, each as soon as those it needs are done, each on a virtual thread of
 * its own and under a deadline; one that needs a failed one is skipped.
 */
final class Walk {

    private static final Logger LOG = LoggerFactory.getLogger(Walk.class);

    private final Duration limit;
    private final long end;
    private final Map<String, CompletableFuture<Result>> hops = new LinkedHashMap<>();

    /** Looks at one hop; may block, and throw whatever it likes. */
    @FunctionalInterface
    interface Check {
        Seen look() throws Exception;
    }

    /** @param cause the hop that failed and because of which this one was not looked at, or failed itself; empty when there is none */
    private record Result(Hop hop, String cause) {}

    /**
     * @param limit for each hop
     * @param all for the whole walk
     */
    Walk(Duration limit, Duration all) {
        this.limit = limit;
        this.end = System.nanoTime() + all.toNanos();
    }

    /**
     * Adds the next hop of the way, which is looked at from now on.
     *
     * @param needs names of earlier hops without which it cannot be looked at
     */
    Walk hop(String name, Check check, String... needs) {
        List<CompletableFuture<Result>> before = new ArrayList<>();
        for (String need : needs) {
            before.add(hops.get(need));
        }
        CompletableFuture<Result> result = new CompletableFuture<>();
        hops.put(name, result);
        Thread.ofVirtual().name("doctor-" + name).start(() -> result.complete(walk(name, check, before)));
        return this;
    }

    private Result walk(String name, Check check, List<CompletableFuture<Result>> before) {
        for (CompletableFuture<Result> each : before) {
            Result needed = each.join();
            if (!needed.cause().isEmpty()) {
                return new Result(new Hop(name, Seen.skipped("'" + needed.cause() + "' failed")), needed.cause());
            }
        }
        Hop hop = new Hop(name, look(name, check));
        return new Result(hop, hop.failed() ? name : "");
    }

    private Seen look(String name, Check check) {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        Duration patience = left.compareTo(limit) < 0 ? left : limit;
        if (!patience.isPositive()) {
            return Seen.skipped("the hops before it took all the time there is");
        }
        CompletableFuture<Seen> seen = new CompletableFuture<>();
        Thread looking = Thread.ofVirtual().name("look-" + name).start(() -> {
            try {
                seen.complete(check.look());
            } catch (Exception | LinkageError | StackOverflowError defect) {
                LOG.warn("A hop could not be looked at. hop=\"{}\"", name, defect);
                seen.complete(Seen.failed("it cannot be looked at: " + defect, "That is a fault of ngrokd's or of a plugin's; its log has more."));
            }
        });
        try {
            return seen.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            looking.interrupt();
            return Seen.failed("nothing within " + Math.max(1, patience.toSeconds()) + " s", "Try again; if it stays like this, the daemon's log may say more.");
        } catch (Exception interrupted) {
            looking.interrupt();
            return Seen.skipped("ngrokd is stopping");
        }
    }

    /** What was seen, in the order of the way; waits for it. */
    List<Hop> seen() {
        return hops.values().stream().map(result -> result.join().hop()).toList();
    }
}
