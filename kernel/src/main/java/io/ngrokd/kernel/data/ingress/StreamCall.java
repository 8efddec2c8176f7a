package io.ngrokd.kernel.data.ingress;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.Promise;
import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call for a stream: over a connection that waits, else over a new one, with one second attempt. */
final class StreamCall {

    private static final Logger LOG = LoggerFactory.getLogger(StreamCall.class);

    /** A connection that waited may have died without a word; then nothing is lost but this time. */
    private static final Duration WARM_LIMIT = Duration.ofSeconds(2);

    private final Ingress ingress;
    private final EventLoop loop;
    private final IngressRequest request;
    private final Promise<IngressStream> stream;
    private Runnable giveUp = () -> {};

    StreamCall(Ingress ingress, EventLoop loop, IngressRequest request) {
        this.ingress = ingress;
        this.loop = loop;
        this.request = request;
        this.stream = loop.newPromise();
    }

    /** Starts it, on the event loop or elsewhere. */
    Future<IngressStream> start() {
        stream.addListener(ended -> {
            if (ended.isCancelled()) {
                giveUp.run();
            }
        });
        if (loop.inEventLoop()) {
            run();
        } else {
            loop.execute(this::run);
        }
        return stream;
    }

    private void run() {
        if (stream.isDone()) {
            return;
        }
        IngressWay way = ingress.way();
        if (way.target() == null) {
            stream.setFailure(IngressException.of(Cause.UNREACHABLE, "the ingress is not known yet", null));
            return;
        }
        if (way.credentials() == null) {
            stream.setFailure(IngressException.of(
                    Cause.CERTIFICATE_MISSING, "there is no client certificate yet; is the daemon registered?", null));
            return;
        }
        ReadyConnection warm = ingress.stock(loop).take();
        if (warm != null) {
            askWarm(warm);
        } else {
            dial(true);
        }
    }

    private void askWarm(ReadyConnection warm) {
        giveUp = warm::close;
        Duration patience = ingress.settings().exchangeTimeout();
        warm.ask(request, patience.compareTo(WARM_LIMIT) < 0 ? patience : WARM_LIMIT).addListener((FutureListener<IngressStream>) asked -> {
            boolean refused = asked.cause() instanceof IngressException failure && failure.reason() == Cause.UPGRADE_REFUSED;
            if (asked.isSuccess() || refused || stream.isDone()) {
                finish(asked, warm.way());
            } else {
                LOG.debug("A connection that waited was of no use any more. endpoint={} reason={}", request, asked.cause().getMessage());
                dial(true);
            }
        });
    }

    private void dial(boolean mayRetry) {
        IngressWay way = ingress.way();
        if (!way.isKnown()) {
            stream.tryFailure(IngressException.of(Cause.UNREACHABLE, "the way to the ingress was closed", null));
            return;
        }
        IngressDial dial = ingress.newDial(way, loop);
        giveUp = dial::cancel;
        ingress.start(dial).addListener((FutureListener<ReadyConnection>) dialled -> {
            if (!dialled.isSuccess()) {
                failed(dialled, way, mayRetry);
            } else if (stream.isDone()) {
                dialled.getNow().close();
            } else {
                ReadyConnection fresh = dialled.getNow();
                giveUp = fresh::close;
                fresh.ask(request, fresh.timeLeft()).addListener((FutureListener<IngressStream>) asked -> {
                    if (asked.isSuccess()) {
                        finish(asked, way);
                    } else {
                        failed(asked, way, mayRetry);
                    }
                });
            }
        });
    }

    private void failed(Future<?> attempt, IngressWay way, boolean mayRetry) {
        if (stream.isDone()) {
            return;
        }
        if (mayRetry && attempt.cause() instanceof IngressException failure && failure.isRetryable()) {
            LOG.debug("A dial is tried once more. endpoint={} reason={}", request, failure.getMessage());
            var later = loop.schedule(() -> dial(false), ingress.settings().retryDelay().toMillis(), TimeUnit.MILLISECONDS);
            giveUp = () -> later.cancel(false);
        } else {
            stream.tryFailure(explained(attempt.cause(), way.credentials()));
        }
    }

    private void finish(Future<IngressStream> asked, IngressWay way) {
        if (!asked.isSuccess()) {
            stream.tryFailure(explained(asked.cause(), way.credentials()));
        } else if (!stream.trySuccess(asked.getNow())) {
            LOG.trace("A dial ended that nobody waits for any more. endpoint={}", request);
            asked.getNow().abort();
        }
    }

    private static IngressException explained(Throwable cause, IngressCredentials who) {
        if (!(cause instanceof IngressException failure)) {
            return IngressException.of(Cause.PROTOCOL, "the dial failed: " + cause.getMessage(), cause);
        }
        if (failure.reason() == Cause.CERTIFICATE_REFUSED && who.notAfter().isBefore(Instant.now())) {
            return IngressException.of(
                    Cause.CERTIFICATE_REFUSED,
                    "our client certificate expired at " + who.notAfter() + "; " + failure.getMessage(),
                    failure);
        }
        return failure;
    }
}
