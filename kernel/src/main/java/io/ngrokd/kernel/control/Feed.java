package io.ngrokd.kernel.control;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The newest of something for whoever asks, and what comes for whoever listens. Safe for use by several threads; publishing
 * never waits for a listener: one that does not keep up is cut off.
 */
public final class Feed<T> {

    /** How far a listener may lag behind. */
    private static final int LONGEST_LAG = 1000;

    /**
     * One of them.
     *
     * @param id counts from 1; without gaps
     */
    public record Item<T>(long id, T value) {}

    private final int capacity;
    private final Deque<Item<T>> recent = new ArrayDeque<>();
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private long last;

    /**
     * @param capacity how many are kept
     */
    public Feed(int capacity) {
        this.capacity = capacity;
    }

    /** Keeps it, and hands it to all who listen. */
    public synchronized void publish(T value) {
        Item<T> item = new Item<>(++last, value);
        if (recent.size() == capacity) {
            recent.removeFirst();
        }
        recent.addLast(item);
        subscriptions.forEach(subscription -> subscription.offer(item));
    }

    /** Those that are kept, the oldest first. */
    public synchronized List<Item<T>> recent() {
        return new ArrayList<>(recent);
    }

    /** The id of the newest; 0 before the first. */
    public synchronized long last() {
        return last;
    }

    /**
     * Listens.
     *
     * @param after those that are kept and have a greater id come first
     */
    public synchronized Subscription subscribe(long after) {
        Subscription subscription = new Subscription();
        // An id from before a restart is greater than all of ours: whoever has it has missed everything since.
        long from = after > last ? 0 : after;
        recent.stream().filter(item -> item.id() > from).forEach(subscription::offer);
        subscriptions.add(subscription);
        return subscription;
    }

    /** What comes, for one listener. */
    public final class Subscription implements AutoCloseable {

        private final BlockingQueue<Item<T>> waiting = new LinkedBlockingQueue<>(capacity + LONGEST_LAG);
        private volatile boolean cutOff;

        private Subscription() {}

        private void offer(Item<T> item) {
            if (!cutOff && !waiting.offer(item)) {
                cutOff = true;
                subscriptions.remove(this);
            }
        }

        /** The next one; empty when none came in this time. */
        public Optional<Item<T>> next(Duration patience) throws InterruptedException {
            return Optional.ofNullable(waiting.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
        }

        /** Whether it was too slow and gets no more. */
        public boolean isCutOff() {
            return cutOff;
        }

        @Override
        public void close() {
            subscriptions.remove(this);
        }
    }
}
