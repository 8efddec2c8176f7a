/**
 * Questions for names that are not ours: whom they go to, and what is remembered of the answers.
 *
 * <p>{@link io.ngrokd.plugin.dns.server.upstream.Recursor} is the door. It lives on one event loop, on which everything here runs; there
 * are no locks. A question that is being asked already gets a further {@code Waiter}, not a further packet. A {@code Resolution} asks
 * the upstreams in turn: over UDP, each time from a new socket (so from a port that the system chooses at random, and deaf to everybody
 * else) with a random id and random letter case (0x20), over TCP when an answer is cut short or came with other letters. An upstream
 * that changes letters over TCP too is believed from then on.
 *
 * <p>Times: 1 s for an upstream's first chance, 1.5 s for its second, 4.5 s in all. A client that could have a stale answer gets it
 * after 1.8 s (RFC 8767), with 30 s to live, up to a day after its end; and for 30 s after a failure at once. Upstreams that did not
 * answer are asked last for 30 s. A failure is remembered for 5 s.
 *
 * <p>Loops: {@code LoopGuard} knows one when a question that is being asked comes in with the letters we chose, or from the machine
 * that we are asking it; that question gets SERVFAIL. And it sends upstreams a name that nobody else knows, now and then, and watches
 * whether it comes in: such an upstream is not asked for a minute. Both are logged once for each upstream. Whatever it misses ends as
 * one more waiter, not as one more packet.
 */
package io.ngrokd.plugin.dns.server.upstream;
