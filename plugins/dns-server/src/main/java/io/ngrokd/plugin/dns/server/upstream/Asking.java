package io.ngrokd.plugin.dns.server.upstream;

import io.ngrokd.plugin.dns.server.wire.Question;
import io.ngrokd.plugin.dns.server.wire.UpstreamAnswer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Rcode;

/** Asks upstreams one after the other until one answers. Runs on the recursor's event loop. */
final class Asking {

    private static final Logger LOG = LoggerFactory.getLogger(Asking.class);
    private static final long FAST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Network network;
    private final Question question;
    private final Consumer<Optional<UpstreamAnswer>> result;
    private final Deque<Server> first;
    private final Deque<Server> again = new ArrayDeque<>();
    private final long deadline;
    private final int mostTries;
    private int tries;
    private long asked;
    private Server server;
    private Attempt attempt;
    private Exchange exchange;

    /** @param servers in the order of the settings; those that were silent lately are asked last */
    Asking(Network network, Question question, List<Server> servers, Consumer<Optional<UpstreamAnswer>> result) {
        this.network = network;
        this.question = question;
        this.result = result;
        long now = System.nanoTime();
        this.first = new ArrayDeque<>(servers.stream().sorted(Comparator.comparing(candidate -> candidate.isSilent(now))).toList());
        this.deadline = now + TimeUnit.MILLISECONDS.toNanos(network.patience().all());
        this.mostTries = Math.max(3, 2 * servers.size());
    }

    /** Which upstream is being asked; null before the first and after the last. */
    Server server() {
        return server;
    }

    /** What it is being asked. */
    Attempt attempt() {
        return attempt;
    }

    /** Goes to the next upstream. */
    void next() {
        boolean isFirst = !first.isEmpty();
        server = isFirst ? first.poll() : again.poll();
        if (server == null || leftMillis() <= 0 || ++tries > mostTries) {
            server = null;
            result.accept(Optional.empty());
            return;
        }
        long now = System.nanoTime();
        ask(server.knowsEdns(now), isFirst ? network.patience().first() : network.patience().second());
    }

    private void ask(boolean edns, long millis) {
        Server from = server;
        asked = System.nanoTime();
        attempt = Attempt.of(question, from.keepsCase, edns);
        exchange = Exchange.overUdp(network, from.address, attempt.message(), Math.min(millis, leftMillis()),
                answer -> attempt.fit(answer) != Attempt.Fit.FOREIGN, answer -> cameOverUdp(from, answer));
    }

    /** Ends without a result. */
    void cancel() {
        if (exchange != null) {
            exchange.cancel();
        }
    }

    private void cameOverUdp(Server from, byte[] answer) {
        if (answer == null) {
            long now = System.nanoTime();
            from.didNotAnswer(now);
            // What fails at once, for nobody listens there, fails again.
            if (now - asked > FAST_NANOS) {
                again.add(from);
            }
            next();
            return;
        }
        from.answered();
        boolean isForged = from.keepsCase && attempt.fit(answer) == Attempt.Fit.OTHER_CASE;
        if (isForged || (answer[2] & 0x02) != 0) {
            askOverTcp(from);
        } else {
            judge(from, answer);
        }
    }

    /** What comes from a connection comes from where it leads to: letters need not be the same there. */
    private void askOverTcp(Server from) {
        exchange = Exchange.overTcp(network, from.address, attempt.message(), Math.min(network.patience().tcp(), Math.max(1, leftMillis())),
                answer -> attempt.fit(answer) != Attempt.Fit.FOREIGN, answer -> {
                    if (answer == null || (answer[2] & 0x02) != 0) {
                        next();
                        return;
                    }
                    if (from.keepsCase && attempt.fit(answer) == Attempt.Fit.OTHER_CASE) {
                        from.keepsCase = false;
                        LOG.debug("Upstream changes the letters of questions upstream={}", from.address);
                    }
                    judge(from, answer);
                });
    }

    private void judge(Server from, byte[] answer) {
        int rcode = answer[3] & 0x0f;
        if (attempt.edns() && (rcode == Rcode.FORMERR || rcode == Rcode.NOTIMP) && leftMillis() > 0) {
            from.doesNotKnowEdns(System.nanoTime());
            ask(false, network.patience().first());
            return;
        }
        if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN && rcode != Rcode.YXDOMAIN) {
            next();
            return;
        }
        UpstreamAnswer read;
        try {
            read = UpstreamAnswer.read(answer, question.type());
        } catch (IOException unreadable) {
            next();
            return;
        }
        server = null;
        result.accept(Optional.of(read));
    }

    private long leftMillis() {
        return TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
}
