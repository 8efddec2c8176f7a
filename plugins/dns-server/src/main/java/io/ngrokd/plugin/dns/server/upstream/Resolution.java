package io.ngrokd.plugin.dns.server.upstream;

import io.ngrokd.plugin.dns.server.wire.Question;
import io.ngrokd.plugin.dns.server.wire.Replies;
import io.ngrokd.plugin.dns.server.wire.Replies.Reason;
import io.ngrokd.plugin.dns.server.wire.UpstreamAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One question that is being asked, and all who wait for its answer. Runs on the recursor's event loop. */
final class Resolution {

    private final Recursor recursor;
    private final Network network;
    private final Question question;
    private final CacheKey key;
    private final Cache.Entry stale;
    private final List<Waiter> waiters = new ArrayList<>();
    private Asking asking;
    private UpstreamAnswer answer;
    private ScheduledFuture<?> patience;
    private boolean isPatienceOver;

    /** @param stale what was known before; null when there is nothing */
    Resolution(Recursor recursor, Network network, Question question, CacheKey key, Cache.Entry stale) {
        this.recursor = recursor;
        this.network = network;
        this.question = question;
        this.key = key;
        this.stale = stale;
    }

    void start(List<Server> servers) {
        if (stale != null) {
            patience = network.loop().schedule(this::giveStale, network.patience().stale(), TimeUnit.MILLISECONDS);
        }
        asking = new Asking(network, question, servers, this::end);
        asking.next();
    }

    Asking asking() {
        return asking;
    }

    /** What was found. */
    UpstreamAnswer answer() {
        return answer;
    }

    /** It gets the answer when there is one. */
    void add(Waiter waiter) {
        waiters.add(waiter);
        if (isPatienceOver) {
            giveStale();
        }
    }

    private void giveStale() {
        isPatienceOver = true;
        long now = System.nanoTime();
        serve(waiter -> recursor.give(waiter, stale, now));
    }

    private void end(Optional<UpstreamAnswer> found) {
        if (patience != null) {
            patience.cancel(false);
        }
        if (found.isPresent()) {
            answer = found.get();
            recursor.resolved(key, this);
            serve(waiter -> waiter.answer().accept(Replies.fromUpstream(
                    answer, waiter.question(), 0, waiter.missingIsEmpty(), Reason.NONE)));
        } else {
            recursor.failed(key, this);
            if (stale != null) {
                giveStale();
            } else {
                serve(waiter -> Recursor.fail(waiter, Reason.UNREACHABLE));
            }
        }
    }

    /** Ends without an answer. */
    void abandon() {
        if (patience != null) {
            patience.cancel(false);
        }
        asking.cancel();
        serve(waiter -> waiter.answer().accept(null));
    }

    private void serve(Consumer<Waiter> how) {
        List<Waiter> served = List.copyOf(waiters);
        waiters.clear();
        served.forEach(recursor::served);
        served.forEach(how);
    }
}
