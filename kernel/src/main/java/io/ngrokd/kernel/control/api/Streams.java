package io.ngrokd.kernel.control.api;

import io.ngrokd.kernel.control.Feed;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Streams of events, of which there are only so many at once. */
public final class Streams {

    private static final int MOST = 128;
    private static final Duration BEAT = Duration.ofSeconds(10);

    private final Semaphore places = new Semaphore(MOST);

    /** One of a feed's items as it is sent. */
    interface Printer<T> {
        void print(Feed.Item<T> item, Reply.Sink sink) throws IOException;
    }

    /**
     * Everything that a feed has after an id, and what comes.
     *
     * @throws Problem when there are too many streams already
     */
    <T> Reply of(Feed<T> feed, long after, Function<T, String> type, Function<T, String> data) throws Problem {
        return of(feed, after, sink -> {}, (item, sink) -> sink.send(type.apply(item.value()), item.id(), data.apply(item.value())));
    }

    /**
     * The same, with something to send first.
     *
     * @param first runs when the feed is already listened to, so that nothing is lost in between
     */
    <T> Reply of(Feed<T> feed, long after, Reply.Source first, Printer<T> printer) throws Problem {
        if (places.availablePermits() == 0) {
            throw full();
        }
        return new Reply.Stream(sink -> {
            if (!places.tryAcquire()) {
                sink.send("error", 0, "{\"detail\":\"" + full().getMessage() + "\"}");
                return;
            }
            try (Feed<T>.Subscription news = feed.subscribe(after)) {
                first.run(sink);
                pass(news, printer, sink);
            } finally {
                places.release();
            }
        });
    }

    private static <T> void pass(Feed<T>.Subscription news, Printer<T> printer, Reply.Sink sink) throws IOException, InterruptedException {
        sink.beat();
        while (true) {
            Optional<Feed.Item<T>> next = news.next(BEAT);
            if (next.isPresent()) {
                printer.print(next.get(), sink);
            } else if (news.isCutOff()) {
                sink.send("error", 0, "{\"detail\":\"too slow: what came since is lost; connect again\"}");
                return;
            } else {
                sink.beat();
            }
        }
    }

    private static Problem full() {
        return new Problem(503, "too many streams are open (" + MOST + "); close some", "", Map.of("Retry-After", "10"));
    }
}
