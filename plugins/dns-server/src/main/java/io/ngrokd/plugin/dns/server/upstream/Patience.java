package io.ngrokd.plugin.dns.server.upstream;

/**
 * How long upstreams are waited for, in milliseconds.
 *
 * @param first for the answer to a question that an upstream is asked for the first time
 * @param second for that to the same question asked again
 * @param tcp for an answer over TCP
 * @param all for all tries together
 * @param stale after which whoever asked is given what was known before
 */
public record Patience(long first, long second, long tcp, long all, long stale) {

    /** Less than what resolvers of clients wait for, five seconds as a rule. */
    public static final Patience USUAL = new Patience(1_000, 1_500, 2_000, 4_500, 1_800);
}
