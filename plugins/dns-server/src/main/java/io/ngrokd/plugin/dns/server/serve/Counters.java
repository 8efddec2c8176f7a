package io.ngrokd.plugin.dns.server.serve;

import java.util.concurrent.atomic.LongAdder;

/** What the server has done since it was made. For any number of threads. */
public final class Counters {

    /** Questions that could be read. */
    public final LongAdder queries = new LongAdder();
    /** Questions for names that are not ours, of clients who may ask. */
    public final LongAdder foreign = new LongAdder();
    /** Those of them that were answered from the cache, stale answers included. */
    public final LongAdder cached = new LongAdder();
    /** Questions of clients that asked too often, not answered over UDP. */
    public final LongAdder limited = new LongAdder();
    /** Messages that could not be read. */
    public final LongAdder malformed = new LongAdder();

    /** All that in words, for the status. */
    public String describe() {
        long upstream = foreign.sum();
        long tooMany = limited.sum();
        return queries.sum() + " queries"
                + (upstream == 0 ? "" : ", " + cached.sum() * 100 / upstream + " % of " + upstream + " upstream ones from the cache")
                + (tooMany == 0 ? "" : ", " + tooMany + " dropped by the rate limit");
    }
}
