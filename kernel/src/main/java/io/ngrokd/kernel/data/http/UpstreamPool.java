package io.ngrokd.kernel.data.http;

import io.netty.channel.EventLoop;
import io.ngrokd.kernel.data.ingress.IngressRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams to endpoints that wait for their next request, whoever's it is. Each event loop has a shelf of its own; what
 * concerns all of them may be asked for from any thread.
 */
final class UpstreamPool {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamPool.class);

    private final PoolSettings settings;
    private final AtomicLong generation = new AtomicLong();
    private volatile boolean retired;
    private final Map<EventLoop, PoolShelf> shelves = new ConcurrentHashMap<>();

    UpstreamPool(PoolSettings settings) {
        this.settings = settings;
    }

    /** The shelf of an event loop, to be used on that loop only. */
    PoolShelf shelf(EventLoop loop) {
        PoolShelf shelf = shelves.get(loop);
        return shelf != null
                ? shelf
                : shelves.computeIfAbsent(loop, first -> new PoolShelf(first, settings, this::generation));
    }

    /** Closes every stream here, and takes none back that was asked for before this moment. */
    void clear() {
        generation.incrementAndGet();
        onEach(shelf -> shelf.discard(every -> true));
    }

    /** Closes every stream here, and takes none back any more: another pool serves from now on. */
    void retire() {
        retired = true;
        clear();
    }

    private long generation() {
        // No two looks at a retired pool see the same one, so that nothing is ever as new as it should be.
        return retired ? generation.incrementAndGet() : generation.get();
    }

    /** Closes the streams here to some endpoints. */
    void forget(Predicate<IngressRequest> which) {
        onEach(shelf -> shelf.discard(which));
    }

    private void onEach(Consumer<PoolShelf> action) {
        shelves.forEach((loop, shelf) -> {
            try {
                loop.execute(() -> action.accept(shelf));
            } catch (RejectedExecutionException ended) {
                LOG.trace("An event loop has ended, and its streams with it.", ended);
            }
        });
    }
}
