package io.ngrokd.kernel.data.ingress;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.Promise;
import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import io.ngrokd.kernel.proxy.ProxyRules;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets streams to endpoints. Target, proxy and credentials can be replaced at any time and from any thread; the next dial uses
 * the newest, streams that are up are not touched.
 */
public final class Ingress {

    private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);

    private final Bootstrap bootstrap;
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final IngressSettings settings;
    private volatile IngressTarget target;
    private volatile ProxyRules proxies = ProxyRules.DIRECT;
    private volatile IngressCredentials credentials;
    private volatile Runnable changed = () -> {};

    /**
     * An ingress that can't be dialled before it has a target and credentials.
     *
     * @param channels makes channels for the event loops that {@link #dial} is called with
     * @param resolver resolves the ingress's name without blocking an event loop
     */
    public Ingress(
            ChannelFactory<? extends Channel> channels,
            AddressResolverGroup<InetSocketAddress> resolver,
            IngressSettings settings) {
        this.resolver = Objects.requireNonNull(resolver, "resolver");
        this.settings = Objects.requireNonNull(settings, "settings");
        bootstrap = new Bootstrap()
                .channelFactory(channels)
                .resolver(resolver)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
    }

    /** An ingress on the transport and with the resolver of this Vert.x. */
    public static Ingress on(Vertx vertx, IngressSettings settings) {
        VertxInternal internal = (VertxInternal) vertx;
        return new Ingress(
                internal.transport().channelFactory(false),
                internal.nameResolver().nettyAddressResolverGroup(),
                settings);
    }

    /** Where to dial from now on. */
    public void use(IngressTarget next) {
        boolean other = !Objects.requireNonNull(next, "next").equals(target);
        target = next;
        tellOf(other);
    }

    /** Whom to be, and whom to trust, from now on. */
    public void use(IngressCredentials next) {
        boolean other = !Objects.requireNonNull(next, "next").equals(credentials);
        credentials = next;
        tellOf(other);
    }

    /** Through which proxy to dial, from now on. */
    public void use(ProxyRules next) {
        boolean other = !Objects.requireNonNull(next, "next").equals(proxies);
        proxies = next;
        tellOf(other);
    }

    /** What to do, on the thread of whoever changes it, after another target, proxy or other credentials came into use. */
    public void onChange(Runnable action) {
        changed = Objects.requireNonNull(action, "action");
    }

    /**
     * Gets a stream to an endpoint, on the given event loop. A first attempt that did not get as far as TLS is followed
     * by a second one; nothing of the client's has been sent then.
     *
     * @return a stream, or a failure that is always an {@link IngressException}; cancelling it ends the dial
     */
    public Future<IngressStream> dial(EventLoop loop, IngressRequest request) {
        Promise<IngressStream> stream = loop.newPromise();
        attempt(loop, request, stream, true);
        return stream;
    }

    private void attempt(EventLoop loop, IngressRequest request, Promise<IngressStream> stream, boolean mayRetry) {
        if (stream.isCancelled()) {
            return;
        }
        IngressTarget where = target;
        IngressCredentials who = credentials;
        if (where == null) {
            stream.setFailure(IngressException.of(Cause.UNREACHABLE, "the ingress is not known yet", null));
            return;
        }
        if (who == null) {
            stream.setFailure(IngressException.of(
                    Cause.CERTIFICATE_MISSING, "there is no client certificate yet; is the daemon registered?", null));
            return;
        }
        IngressDial dial = new IngressDial(where, who, request, settings, loop);
        stream.addListener(ended -> {
            if (ended.isCancelled()) {
                dial.cancel();
            }
        });
        Future<IngressStream> dialling = proxies.towards(where.host(), where.port())
                .map(proxy -> dial.start(bootstrap, resolver, proxy))
                .orElseGet(() -> dial.start(bootstrap));
        dialling.addListener((FutureListener<IngressStream>) dialled -> {
            if (stream.isCancelled()) {
                LOG.trace("A dial ended that nobody waits for any more. endpoint={}", request);
                if (dialled.isSuccess()) {
                    dialled.getNow().abort();
                }
            } else if (dialled.isSuccess()) {
                stream.setSuccess(dialled.getNow());
            } else if (mayRetry && dialled.cause() instanceof IngressException failure && failure.isRetryable()) {
                LOG.debug("A dial is tried once more. endpoint={} reason={}", request, failure.getMessage());
                loop.schedule(
                        () -> attempt(loop, request, stream, false),
                        settings.retryDelay().toMillis(),
                        TimeUnit.MILLISECONDS);
            } else {
                stream.setFailure(explained(dialled.cause(), who));
            }
        });
    }

    private void tellOf(boolean change) {
        if (change) {
            changed.run();
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
