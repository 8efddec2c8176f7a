package io.ngrokd.plugin.dns.server.upstream;

import io.ngrokd.plugin.dns.server.serve.Counters;
import io.ngrokd.plugin.dns.server.serve.Upstream;
import io.ngrokd.plugin.dns.server.wire.Question;
import io.ngrokd.plugin.dns.server.wire.Replies;
import io.ngrokd.plugin.dns.server.wire.Replies.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.xbill.DNS.Rcode;

/** Looks up names that are not ours. Its public methods may be called on any thread. */
public final class Recursor implements Upstream {

    private static final long KEPT_STALE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long KEPT_FAILURE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int MOST_QUESTIONS = 1_000;
    private static final int MOST_WAITERS = 10_000;
    private static final int MOST_OF_ONE = 500;
    private static final int MOST_FAILURES = 1_000;

    private final Network network;
    private final Counters counters;
    private final Cache cache = new Cache();
    private final LoopGuard guard;
    private final Map<CacheKey, Resolution> running = new HashMap<>();
    private final Map<InetAddress, Integer> waitersByClient = new HashMap<>();
    private final Map<CacheKey, Long> failures = new LinkedHashMap<>();
    private Map<InetSocketAddress, Server> servers = new LinkedHashMap<>();
    private int waiters;
    private long lastProbe;

    public Recursor(Network network, Counters counters) {
        this.network = network;
        this.counters = counters;
        this.guard = new LoopGuard(network);
        this.lastProbe = System.nanoTime();
    }

    /**
     * What has been learned about upstreams that stay, and the cache, stay.
     *
     * @param upstreams whom to ask, in this order; none of them ourselves
     * @param cacheEntries how many answers are kept
     * @return ends when it is so
     */
    public Future<?> configure(List<InetSocketAddress> upstreams, int cacheEntries) {
        return network.loop().submit(() -> {
            cache.resize(cacheEntries);
            if (!List.copyOf(servers.keySet()).equals(upstreams)) {
                Map<InetSocketAddress, Server> before = servers;
                servers = new LinkedHashMap<>();
                upstreams.forEach(address -> servers.put(address, before.getOrDefault(address, new Server(address))));
                failures.clear();
                probe();
            }
        });
    }

    /** Those who wait get no answer any more. */
    public void stop() {
        network.loop().execute(() -> {
            List.copyOf(running.values()).forEach(Resolution::abandon);
            running.clear();
        });
    }

    @Override
    public void ask(Question question, InetAddress client, boolean aboveOurs, Consumer<byte[]> answer) {
        Waiter waiter = new Waiter(question, client, aboveOurs, answer);
        if (network.loop().inEventLoop()) {
            take(waiter);
        } else {
            network.loop().execute(() -> take(waiter));
        }
    }

    private void take(Waiter waiter) {
        long now = System.nanoTime();
        CacheKey key = CacheKey.of(waiter.question());
        Cache.Entry known = cache.get(key, now);
        if (known != null && (known.isFresh(now) || known.isKeptStale(now))) {
            give(waiter, known, now);
        } else if (guard.isProbe(waiter.question())) {
            fail(waiter, Reason.LOOP);
        } else {
            Resolution asked = running.get(key);
            if (asked != null) {
                join(asked, waiter);
            } else if (hasFailed(key, now)) {
                fail(waiter, Reason.UNREACHABLE);
            } else {
                begin(key, waiter, known, now);
            }
        }
    }

    private void join(Resolution asked, Waiter waiter) {
        if (guard.isCircle(waiter.question(), waiter.client(), asked.asking())) {
            fail(waiter, Reason.LOOP);
        } else if (mayWait(waiter)) {
            asked.add(waiter);
        }
    }

    private void begin(CacheKey key, Waiter waiter, Cache.Entry stale, long now) {
        List<Server> usable = new ArrayList<>(servers.values());
        boolean isAnyLooping = usable.removeIf(server -> server.isLooping(now));
        if (usable.isEmpty()) {
            if (stale != null) {
                give(waiter, stale, now);
            } else {
                fail(waiter, isAnyLooping ? Reason.LOOP : Reason.NOBODY);
            }
        } else if (running.size() >= MOST_QUESTIONS) {
            fail(waiter, Reason.BUSY);
        } else if (mayWait(waiter)) {
            Resolution resolution = new Resolution(this, network, waiter.question(), key, stale);
            running.put(key, resolution);
            resolution.add(waiter);
            resolution.start(usable);
        }
    }

    /** Whether there is room for one more; if not, it has been told. */
    private boolean mayWait(Waiter waiter) {
        int itsOwn = waitersByClient.getOrDefault(waiter.client(), 0);
        if (waiters >= MOST_WAITERS || itsOwn >= MOST_OF_ONE && !waiter.client().isLoopbackAddress()) {
            fail(waiter, Reason.BUSY);
            return false;
        }
        waiters++;
        waitersByClient.merge(waiter.client(), 1, Integer::sum);
        return true;
    }

    private boolean hasFailed(CacheKey key, long now) {
        Long until = failures.get(key);
        if (until != null && until - now <= 0) {
            failures.remove(key);
            return false;
        }
        return until != null;
    }

    /** A waiter of a resolution has got its answer. */
    void served(Waiter waiter) {
        waiters--;
        waitersByClient.computeIfPresent(waiter.client(), (_, count) -> count == 1 ? null : count - 1);
    }

    /** A resolution has found an answer. */
    void resolved(CacheKey key, Resolution resolution) {
        running.remove(key, resolution);
        cache.put(key, resolution.answer(), System.nanoTime());
    }

    /** Nobody answered it. */
    void failed(CacheKey key, Resolution resolution) {
        running.remove(key, resolution);
        long now = System.nanoTime();
        Cache.Entry stale = cache.get(key, now);
        if (stale != null) {
            stale.keepStale(now, KEPT_STALE_NANOS);
        } else {
            failures.put(key, now + KEPT_FAILURE_NANOS);
            if (failures.size() > MOST_FAILURES) {
                failures.remove(failures.keySet().iterator().next());
            }
        }
        if (now - lastProbe > PROBE_NANOS) {
            probe();
        }
    }

    private void probe() {
        lastProbe = System.nanoTime();
        servers.values().forEach(guard::probe);
    }

    /** Gives what is kept, stale or not. */
    void give(Waiter waiter, Cache.Entry known, long now) {
        boolean isFresh = known.isFresh(now);
        counters.cached.increment();
        waiter.answer().accept(Replies.fromUpstream(known.answer, waiter.question(), known.age(now),
                waiter.missingIsEmpty(), isFresh ? Reason.NONE : Reason.STALE));
    }

    static void fail(Waiter waiter, Reason reason) {
        waiter.answer().accept(Replies.failure(waiter.question(), Rcode.SERVFAIL, reason));
    }
}
