package io.ngrokd.plugin.dns.server.upstream;

import io.ngrokd.plugin.dns.server.wire.UpstreamAnswer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answers from upstream; of too many, the one asked for longest ago goes. Times are {@link System#nanoTime}. */
final class Cache {

    private static final long SECOND = 1_000_000_000L;
    private static final long STALE_NANOS = 86_400 * SECOND;
    /** Larger answers are not kept: ten thousand of these are 40 MB at most. */
    private static final int LARGEST = 4096;

    private final Map<CacheKey, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private int most;

    /** @param entries the most that are kept, 0 for none */
    void resize(int entries) {
        most = entries;
        trim();
    }

    /** What is kept and not too old to be of any use; null when there is nothing. */
    Entry get(CacheKey key, long now) {
        Entry entry = entries.get(key);
        if (entry != null && now - entry.stored > entry.answer.keepSeconds() * SECOND + STALE_NANOS) {
            entries.remove(key);
            return null;
        }
        return entry;
    }

    void put(CacheKey key, UpstreamAnswer answer, long now) {
        if (answer.keepSeconds() > 0 && answer.bytes().length <= LARGEST) {
            entries.put(key, new Entry(answer, now));
            trim();
        } else {
            // What was known before is not true any more.
            entries.remove(key);
        }
    }

    int size() {
        return entries.size();
    }

    private void trim() {
        Iterator<CacheKey> oldest = entries.keySet().iterator();
        while (entries.size() > most) {
            oldest.next();
            oldest.remove();
        }
    }

    /** One answer. */
    static final class Entry {

        final UpstreamAnswer answer;
        private final long stored;
        private long staleUntil;
        private boolean failed;

        private Entry(UpstreamAnswer answer, long stored) {
            this.answer = answer;
            this.stored = stored;
        }

        /** How long it has been kept, in whole seconds. */
        long age(long now) {
            return (now - stored) / SECOND;
        }

        boolean isFresh(long now) {
            return now - stored < answer.keepSeconds() * SECOND;
        }

        /** Upstream could not be asked: for a while this is given without another try. */
        void keepStale(long now, long nanos) {
            failed = true;
            staleUntil = now + nanos;
        }

        boolean isKeptStale(long now) {
            return failed && staleUntil - now > 0;
        }
    }
}
