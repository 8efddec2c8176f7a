package io.ngrokd.plugin.dns.server.serve;

import java.net.InetAddress;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How often each client may ask: a bucket of one second's questions that fills evenly. The table has a fixed size; when more
 * clients than it holds ask at the same time, the one that has been quiet longest starts anew. For any number of threads.
 */
final class RateLimit {

    private static final int SETS = 4096;
    private static final int WAYS = 4;
    private static final double NANOS = 1e9;

    private final int perSecond;
    /** Nobody outside can choose addresses that share a set. */
    private final long secret = ThreadLocalRandom.current().nextLong() | 1;
    private final Bucket[][] sets = new Bucket[SETS][];

    /** @param perSecond questions of one client in a second, at least 1; 0 is no limit */
    RateLimit(int perSecond) {
        this.perSecond = perSecond;
    }

    int perSecond() {
        return perSecond;
    }

    /**
     * Takes one question's place.
     *
     * @param now {@link System#nanoTime}
     * @return 0 when there was one, else how many questions in a row found none
     */
    int take(InetAddress client, long now) {
        if (perSecond == 0) {
            return 0;
        }
        long identity = Clients.identity(client);
        long mixed = (identity ^ secret) * 0x9e3779b97f4a7c15L;
        int set = (int) (mixed >>> 52) % SETS;
        Bucket[] ways;
        synchronized (sets) {
            ways = sets[set];
            if (ways == null) {
                ways = new Bucket[WAYS];
                sets[set] = ways;
            }
        }
        synchronized (ways) {
            return bucket(ways, identity, now).take(now);
        }
    }

    private Bucket bucket(Bucket[] ways, long identity, long now) {
        int oldest = 0;
        for (int way = 0; way < WAYS; way++) {
            Bucket bucket = ways[way];
            if (bucket == null) {
                oldest = way;
                break;
            }
            if (bucket.identity == identity) {
                return bucket;
            }
            if (bucket.last - ways[oldest].last < 0) {
                oldest = way;
            }
        }
        ways[oldest] = new Bucket(identity, now);
        return ways[oldest];
    }

    private final class Bucket {

        private final long identity;
        private long last;
        private double tokens = perSecond;
        private int refused;

        Bucket(long identity, long now) {
            this.identity = identity;
            this.last = now;
        }

        int take(long now) {
            tokens = Math.min(perSecond, tokens + Math.max(0, now - last) * perSecond / NANOS);
            last = now;
            if (tokens < 1) {
                return ++refused;
            }
            tokens--;
            refused = 0;
            return 0;
        }
    }
}
