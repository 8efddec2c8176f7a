package io.ngrokd.kernel.data.ingress;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.ngrokd.kernel.proxy.ProxyRules;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets streams to endpoints. Target, proxy, credentials and settings can be replaced at any time and from any thread; the next
 * dial uses the newest, streams that are up are not touched.
 */
public final class Ingress implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);

    private final Bootstrap bootstrap;
    private final AddressResolverGroup<InetSocketAddress> resolver;
    private final Map<EventLoop, WarmStock> stocks = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile IngressSettings settings;
    private volatile IngressWay way = IngressWay.unknown();
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
    public synchronized void use(IngressTarget next) {
        use(way.with(Objects.requireNonNull(next, "next")));
    }

    /** Whom to be, and whom to trust, from now on. They are the ingress's from here on, which releases them in the end. */
    public synchronized void use(IngressCredentials next) {
        IngressCredentials before = way.credentials();
        use(way.with(Objects.requireNonNull(next, "next")));
        if (before != null && before != next) {
            ReferenceCountUtil.release(before.tls());
        }
    }

    /** Through which proxy to dial, from now on. */
    public synchronized void use(ProxyRules next) {
        use(way.with(Objects.requireNonNull(next, "next")));
    }

    private void use(IngressWay next) {
        boolean other = !next.equals(way);
        way = next;
        if (other) {
            changed.run();
        }
    }

    /** What to do, on the thread of whoever changes it, after another target, proxy or other credentials came into use. */
    public void onChange(Runnable action) {
        changed = Objects.requireNonNull(action, "action");
    }

    /** The limits from now on. */
    public void use(IngressSettings next) {
        settings = Objects.requireNonNull(next, "next");
    }

    /**
     * Gets a stream to an endpoint, on the given event loop. A first attempt that did not get as far as TLS is followed
     * by a second one; nothing of the client's has been sent then.
     *
     * @return a stream, or a failure that is always an {@link IngressException}; cancelling it, on the event loop, ends the dial
     */
    public Future<IngressStream> dial(EventLoop loop, IngressRequest request) {
        return new StreamCall(this, loop, request).start();
    }

    /** Connections that wait for somebody to need one, or are being made for that. */
    public int warmConnections() {
        return waiting.get();
    }

    /** Ends the connections that wait. Streams that are up go on; dialling is not possible any more. */
    @Override
    public synchronized void close() {
        stocks.forEach((loop, stock) -> {
            try {
                loop.execute(stock::close);
            } catch (RejectedExecutionException ended) {
                LOG.trace("An event loop has ended, and its connections with it.", ended);
            }
        });
        IngressCredentials before = way.credentials();
        way = IngressWay.unknown();
        if (before != null) {
            ReferenceCountUtil.release(before.tls());
        }
    }

    IngressWay way() {
        return way;
    }

    IngressSettings settings() {
        return settings;
    }

    WarmStock stock(EventLoop loop) {
        return stocks.computeIfAbsent(loop, fresh -> new WarmStock(fresh, this, waiting));
    }

    IngressDial newDial(IngressWay towards, EventLoop loop) {
        return new IngressDial(towards, settings, loop);
    }

    Future<ReadyConnection> start(IngressDial dial) {
        return dial.start(bootstrap, resolver);
    }
}
