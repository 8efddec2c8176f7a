package io.ngrokd.kernel.data.http;

import io.netty.channel.EventLoop;
import io.ngrokd.kernel.data.channel.Deadline;
import io.ngrokd.kernel.data.ingress.IngressRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** The part of the pool that belongs to one event loop, and is used on it only. */
final class PoolShelf {

    private final PoolSettings settings;
    private final LongSupplier generation;
    private final Map<IngressRequest, ArrayDeque<ParkedStream>> byEndpoint = new HashMap<>();
    /** In the order in which they were parked, which is the order in which they expire. */
    private final SequencedSet<ParkedStream> all = new LinkedHashSet<>();
    private final Deadline expiry;
    private boolean expiryWatched;

    PoolShelf(EventLoop loop, PoolSettings settings, LongSupplier generation) {
        this.settings = settings;
        this.generation = generation;
        this.expiry = new Deadline(loop);
    }

    /** To be noted before a stream is asked for. */
    long generation() {
        return generation.getAsLong();
    }

    /** How many streams are here. */
    int size() {
        return all.size();
    }

    /** The stream to the endpoint that was used last; it is for the caller to put a handler on. */
    Optional<UpstreamLease> take(IngressRequest request) {
        ArrayDeque<ParkedStream> parked = byEndpoint.get(request);
        while (parked != null && !parked.isEmpty()) {
            ParkedStream newest = parked.getLast();
            if (isUsable(newest.lease())) {
                remove(newest);
                return Optional.of(newest.lease());
            }
            discard(newest);
        }
        return Optional.empty();
    }

    /** Keeps a stream on which nothing is under way; false when it is not wanted and still the caller's. */
    boolean park(UpstreamLease used) {
        if (!settings.enabled() || !isUsable(used)) {
            return false;
        }
        ParkedStream fresh = new ParkedStream(this, new UpstreamLease(used.stream(), used.generation(), true));
        ArrayDeque<ParkedStream> parked = byEndpoint.computeIfAbsent(used.stream().request(), none -> new ArrayDeque<>());
        parked.addLast(fresh);
        all.addLast(fresh);
        if (!fresh.start()) {
            discard(fresh);
        } else if (parked.size() > settings.mostPerEndpoint()) {
            discard(parked.getFirst());
        } else if (all.size() > settings.mostInAll()) {
            discard(all.getFirst());
        }
        watchExpiry(settings.idleLimit());
        return true;
    }

    /** Closes a stream that is here; without effect on one that is not any more. */
    void discard(ParkedStream parked) {
        if (remove(parked)) {
            parked.lease().stream().close();
        }
    }

    /** Closes all streams to some endpoints. */
    void discard(Predicate<IngressRequest> which) {
        for (ParkedStream parked : List.copyOf(all)) {
            if (which.test(parked.lease().stream().request())) {
                discard(parked);
            }
        }
        if (all.isEmpty()) {
            expiry.cancel();
            expiryWatched = false;
        }
    }

    private boolean isUsable(UpstreamLease lease) {
        return lease.generation() == generation()
                && lease.stream().channel().isActive() && !lease.stream().isOutputClosed();
    }

    private boolean remove(ParkedStream parked) {
        if (!all.remove(parked)) {
            return false;
        }
        IngressRequest request = parked.lease().stream().request();
        ArrayDeque<ParkedStream> parkedThere = byEndpoint.get(request);
        if (!parkedThere.removeLastOccurrence(parked)) {
            throw new IllegalStateException("a parked stream is not where it was put");
        }
        if (parkedThere.isEmpty()) {
            byEndpoint.remove(request);
        }
        return true;
    }

    /** One timer for all, that is left alone while streams come and go. */
    private void watchExpiry(Duration delay) {
        if (!expiryWatched && !all.isEmpty()) {
            expiryWatched = true;
            expiry.set(delay, this::expire);
        }
    }

    private void expire() {
        expiryWatched = false;
        long now = System.nanoTime();
        while (!all.isEmpty()) {
            ParkedStream oldest = all.getFirst();
            long left = settings.idleLimit().toNanos() - (now - oldest.since());
            if (left > 0) {
                watchExpiry(Duration.ofNanos(left));
                return;
            }
            discard(oldest);
        }
    }
}
