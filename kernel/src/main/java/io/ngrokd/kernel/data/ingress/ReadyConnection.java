package io.ngrokd.kernel.data.ingress;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.ngrokd.kernel.data.channel.Deadline;
import io.ngrokd.kernel.data.ingress.BindingMessages.Response;
import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;

/** A connection to the ingress that has shaken hands and can be asked for an endpoint, once. Used on its event loop only. */
final class ReadyConnection implements BindingExchange.Outcome {

    private static final Duration LEAST_TIME = Duration.ofMillis(100);

    private final Channel channel;
    private final TlsLayer tls;
    private final IngressWay way;
    private final IngressSettings settings;
    private final long connectedAt;
    private final long readyAt = System.nanoTime();
    private final long readyAtMillis = System.currentTimeMillis();
    private final BindingExchange exchange;
    private final Deadline deadline;
    private Runnable ended = () -> {};
    private volatile IngressException lastFailure;
    private Promise<IngressStream> stream;
    private IngressRequest request;

    ReadyConnection(Channel channel, TlsLayer tls, IngressWay way, IngressSettings settings, long connectedAt) {
        this.channel = channel;
        this.tls = tls;
        this.way = way;
        this.settings = settings;
        this.connectedAt = connectedAt;
        this.deadline = new Deadline(channel.eventLoop());
        exchange = channel.pipeline().get(BindingExchange.class);
        exchange.tell(this);
    }

    /** Runs the action when it comes to its end before anybody asked. */
    void whenEnded(Runnable action) {
        ended = action;
    }

    /** How it was made. */
    IngressWay way() {
        return way;
    }

    /** Why it ended; null while it has not. Any thread may ask. */
    IngressException failure() {
        return lastFailure;
    }

    /** Where it leads: the ingress, or the proxy in between. Any thread may ask. */
    SocketAddress remote() {
        return channel.remoteAddress();
    }

    /** What was agreed in the handshake. */
    SSLSession session() {
        return tls.session();
    }

    /** Whether it can still be asked. */
    boolean isUsable() {
        return exchange.isReady() && channel.isActive();
    }

    /** How long it has been waiting, also while the machine slept. */
    Duration age() {
        long awake = System.nanoTime() - readyAt;
        long asleep = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis() - readyAtMillis);
        return Duration.ofNanos(Math.max(awake, asleep));
    }

    /** What is left of the time for handshake and exchange together. */
    Duration timeLeft() {
        Duration left = settings.exchangeTimeout().minusNanos(System.nanoTime() - connectedAt);
        return left.compareTo(LEAST_TIME) < 0 ? LEAST_TIME : left;
    }

    /**
     * Asks for an endpoint.
     *
     * @param limit how long the answer may take
     * @return a stream, or a failure that is always an {@link IngressException}
     */
    Future<IngressStream> ask(IngressRequest wanted, Duration limit) {
        request = wanted;
        stream = channel.eventLoop().newPromise();
        deadline.set(limit, () -> failed(IngressException.of(
                Cause.TIMEOUT, "the ingress " + way.target() + " did not complete the handshake and answer within "
                        + IngressDial.seconds(settings.exchangeTimeout()), null)));
        exchange.ask(channel.pipeline().context(exchange), wanted);
        return stream;
    }

    /** Ends it, whatever it has come to; without effect once there is a stream. */
    void close() {
        if (stream == null || stream.tryFailure(IngressException.of(Cause.UNREACHABLE, "the dial was given up", null))) {
            deadline.cancel();
            channel.close();
        }
    }

    @Override
    public void ready(TlsLayer again) {
        throw new IllegalStateException("a connection is ready once");
    }

    @Override
    public void succeeded(Response response) {
        deadline.cancel();
        if (!stream.trySuccess(new IngressStream(channel, tls, exchange, request))) {
            channel.close();
        }
    }

    @Override
    public void failed(IngressException failure) {
        deadline.cancel();
        channel.close();
        lastFailure = failure;
        if (stream == null) {
            ended.run();
        } else {
            stream.tryFailure(failure);
        }
    }
}
