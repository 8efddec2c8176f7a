package io.ngrokd.kernel.data.ingress;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.Promise;
import io.ngrokd.kernel.data.channel.Channels;
import io.ngrokd.kernel.data.channel.Deadline;
import io.ngrokd.kernel.data.ingress.BindingMessages.Response;
import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import io.ngrokd.kernel.proxy.ProxyServer;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;

/** One attempt to get a connection that is ready to be asked for an endpoint: connect and handshake, each under its deadline. */
final class IngressDial {

    private final IngressWay way;
    private final IngressTarget target;
    private final IngressSettings settings;
    private final EventLoop loop;
    private final Deadline deadline;
    private final Promise<ReadyConnection> ready;
    private Channel channel;
    private long connectedAt;
    private volatile boolean connected;

    IngressDial(IngressWay way, IngressSettings settings, EventLoop loop) {
        this.way = way;
        this.target = way.target();
        this.settings = settings;
        this.loop = loop;
        this.deadline = new Deadline(loop);
        this.ready = loop.newPromise();
    }

    /** Dials, through the proxy that the way names if it names one. */
    Future<ReadyConnection> start(Bootstrap bootstrap, AddressResolverGroup<InetSocketAddress> resolver) {
        return way.proxy().map(proxy -> start(bootstrap, resolver, proxy)).orElseGet(() -> start(bootstrap));
    }

    private Future<ReadyConnection> start(Bootstrap bootstrap) {
        expectConnection("the ingress " + target + " did not accept a connection");
        connect(bootstrap, InetSocketAddress.createUnresolved(target.host(), target.port()), fresh -> {
            configure(fresh);
            startTls(fresh);
        }, this::connected);
        return ready;
    }

    /** Dials a proxy, which resolves the ingress's name and dials it. */
    private Future<ReadyConnection> start(Bootstrap bootstrap, AddressResolverGroup<InetSocketAddress> resolver, ProxyServer proxy) {
        ProxyTunnel tunnel = new ProxyTunnel(proxy, target);
        expectConnection(tunnel.through() + ": the proxy did not connect");
        resolver.getResolver(loop).resolve(InetSocketAddress.createUnresolved(proxy.host(), proxy.port()))
                .addListener((FutureListener<InetSocketAddress>) resolved -> {
                    if (!resolved.isSuccess()) {
                        fail(IngressException.passing(
                                Cause.UNREACHABLE, tunnel.through() + ": the proxy's name can't be resolved", resolved.cause()));
                    } else {
                        connect(bootstrap, tunnel, resolved.getNow());
                    }
                });
        return ready;
    }

    private void connect(Bootstrap bootstrap, ProxyTunnel tunnel, InetSocketAddress proxyAddress) {
        connect(bootstrap.clone().disableResolver(), InetSocketAddress.createUnresolved(target.host(), target.port()), fresh -> {
            configure(fresh);
            tunnel.prepare(fresh, proxyAddress, () -> {
                startTls(fresh);
                expectHandshake();
            }, this::fail);
        }, connecting -> {
            if (ready.isDone()) {
                connecting.channel().close();
            } else if (!connecting.isSuccess()) {
                fail(IngressException.passing(
                        Cause.UNREACHABLE, tunnel.through() + ": " + connecting.cause().getMessage(), connecting.cause()));
            }
        });
    }

    /**
     * Connects in a task of its own. On epoll, a socket that is opened while the event loop is at its events may get the number of
     * one that was just closed, and with it what is still to come of that one's events: Netty would take them for the new one's.
     */
    private void connect(Bootstrap bootstrap, InetSocketAddress to, Consumer<Channel> prepare, ChannelFutureListener then) {
        loop.execute(() -> {
            if (ready.isDone()) {
                return;
            }
            ChannelFuture connecting = bootstrap
                    .clone(loop)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(settings.connectTimeout()))
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel fresh) {
                            prepare.accept(fresh);
                        }
                    })
                    .connect(to);
            channel = connecting.channel();
            connecting.addListener(then);
        });
    }

    private void expectConnection(String lateness) {
        // Netty's own timeout starts when the name is resolved; this one covers the resolver as well.
        expectWithin(settings.connectTimeout(), () -> IngressException.passing(
                Cause.TIMEOUT, lateness + " within " + seconds(settings.connectTimeout()), null));
    }

    private void expectHandshake() {
        connectedAt = System.nanoTime();
        connected = true;
        expectWithin(settings.exchangeTimeout(), () -> IngressException.of(
                Cause.TIMEOUT, "the ingress " + target + " did not complete the TLS handshake within "
                        + seconds(settings.exchangeTimeout()), null));
    }

    /** Whether there was a connection, to the ingress itself or through a proxy, on which TLS could begin. */
    boolean isConnected() {
        return connected;
    }

    /** Ends it, whatever it has come to; without effect once there is a connection. */
    void cancel() {
        fail(IngressException.of(Cause.UNREACHABLE, "the dial was given up", null));
    }

    private void configure(Channel fresh) {
        channel = fresh;
        Channels.configureDialled(fresh);
        // A peer that answers early and closes resets what is still sent to it; its answer is to be read all the same.
        fresh.config().setOption(ChannelOption.AUTO_CLOSE, false);
    }

    private void startTls(Channel fresh) {
        SslHandler tls;
        try {
            // Host and port key the session cache: without them nothing is ever resumed.
            tls = way.credentials().tls().newHandler(fresh.alloc(), target.host(), target.port());
        } catch (IllegalReferenceCountException released) {
            fail(IngressException.passing(Cause.UNREACHABLE, "the client certificate was replaced in this moment", released));
            return;
        }
        // Only what is to be changed: ciphers and protocols would be parsed and set once more for every connection.
        SSLParameters parameters = new SSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (!target.isAddress()) {
            parameters.setServerNames(List.of(new SNIHostName(target.host())));
        }
        tls.engine().setSSLParameters(parameters);
        // One deadline for the handshake, ours.
        tls.setHandshakeTimeoutMillis(0);
        fresh.pipeline().addLast(tls);
        fresh.pipeline().addLast(new BindingExchange(target, settings.longestResponse(), new Outcome()));
    }

    private void connected(ChannelFuture connecting) {
        if (ready.isDone()) {
            connecting.channel().close();
        } else if (connecting.isSuccess()) {
            expectHandshake();
        } else {
            fail(unconnected(connecting.cause()));
        }
    }

    private IngressException unconnected(Throwable cause) {
        if (cause instanceof ConnectTimeoutException) {
            return IngressException.passing(
                    Cause.TIMEOUT, "the ingress " + target + " did not accept a connection within "
                            + seconds(settings.connectTimeout()), cause);
        }
        String why = cause instanceof UnknownHostException ? "its name can't be resolved" : cause.getMessage();
        return IngressException.passing(
                Cause.UNREACHABLE, "the ingress " + target + " can't be reached: " + why, cause);
    }

    private void expectWithin(Duration limit, Supplier<IngressException> lateness) {
        deadline.set(limit, () -> fail(lateness.get()));
    }

    private void fail(IngressException failure) {
        deadline.cancel();
        if (ready.tryFailure(failure) && channel != null) {
            channel.close();
        }
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(Math.max(1, duration.toMillis()));
    }

    static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    private final class Outcome implements BindingExchange.Outcome {

        @Override
        public void ready(TlsLayer tls) {
            deadline.cancel();
            ReadyConnection made = new ReadyConnection(channel, tls, way, settings, connectedAt);
            if (!ready.trySuccess(made)) {
                channel.close();
            }
        }

        @Override
        public void succeeded(Response response) {
            throw new IllegalStateException("nothing was asked");
        }

        @Override
        public void failed(IngressException failure) {
            fail(failure);
        }
    }
}
