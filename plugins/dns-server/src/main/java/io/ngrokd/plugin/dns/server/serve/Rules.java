package io.ngrokd.plugin.dns.server.serve;

import io.ngrokd.plugin.dns.server.names.NameIndex;

/**
 * Everything that an answer depends on, replaced as a whole. Immutable but for the rate limit's own counting.
 *
 * @param ttl how long answers of ours may be kept, in seconds
 */
public record Rules(NameIndex names, int ttl, Clients clients, RateLimit rateLimit) {

    /** @param perSecond questions of one client in a second; 0 is no limit. The counting goes on when the limit is that of {@code before} */
    public static Rules of(NameIndex names, int ttl, Clients clients, int perSecond, Rules before) {
        boolean stays = before != null && before.rateLimit.perSecond() == perSecond;
        return new Rules(names, ttl, clients, stays ? before.rateLimit : new RateLimit(perSecond));
    }
}
